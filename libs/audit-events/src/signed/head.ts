import { is, isFlag, isHash, isKid, isName, isObject, isSeq, isSignature, isTime, misfit, type Rule } from './shape.js';
import type { Signed } from './sign.js';

/** The control plane's signature on the highest head of a chain that it has seen: what lies before it cannot vanish unseen. */
export interface CountersignedHead extends Signed {
  typ: 'head';
  v: 1;
  tenant: string;
  agent_id: string;
  chain_id: string;
  seq: number;
  hash: string;
  final: boolean;
  /** Of the checkpoint, by the emitter's clock. */
  time: string;
  /** By the control plane's clock. */
  countersigned_at: string;
}

const RULES: Readonly<Record<string, Rule>> = {
  typ: is('head'),
  v: is(1),
  tenant: isName,
  agent_id: isName,
  chain_id: isName,
  seq: isSeq,
  hash: isHash,
  final: isFlag,
  time: isTime,
  countersigned_at: isTime,
  kid: isKid,
  sig: isSignature,
};

/** A head from outside; undefined for what is none. Its signature is not looked at. */
export const readHead = (value: unknown): CountersignedHead | undefined =>
  isObject(value) && misfit(value, RULES) === undefined ? (value as unknown as CountersignedHead) : undefined;
