import {
  is,
  isFlag,
  isHash,
  isKid,
  isName,
  isObject,
  isSeq,
  isSignature,
  isTime,
  misfit,
  optional,
  type Rule,
} from './shape.js';
import type { Signed } from './sign.js';

/** Beside the topic of the events; the key is the chain id too. */
export const AUDIT_CHECKPOINTS_TOPIC = 'holdshort.audit.checkpoints.v1';

/** A signed head of a chain: what its emitter says the chain is, up to `seq`. */
export interface Checkpoint extends Signed {
  typ: 'checkpoint';
  v: 1;
  tenant: string;
  /** The emitter, as in the events' `agent.id`. */
  agent_id: string;
  chain_id: string;
  /** First record since the checkpoint before. */
  from: number;
  /** Last record, and its hash. */
  seq: number;
  hash: string;
  /**
   * The first 6 bytes of the hash of each record from `from` to `seq`, base64url: with them the first record that was
   * rewritten is named even where all hashes after it were computed anew. Absent where there are too many.
   */
  links?: string;
  time: string;
  /** The chain has ended here: whatever comes after is not of its emitter. */
  final: boolean;
}

/** Bytes of each link: 2^48 tries for a rewritten record that is not named; that the chain is broken shows all the same. */
export const LINK_BYTES = 6;
/** Emitters that are slower to sign than this leave the links out. */
export const MAX_LINKS = 4096;

const isLinks: Rule = (value) =>
  typeof value === 'string' &&
  value.length <= Math.ceil((MAX_LINKS * LINK_BYTES * 4) / 3) &&
  /^[A-Za-z0-9_-]+$/.test(value);

const RULES: Readonly<Record<string, Rule>> = {
  typ: is('checkpoint'),
  v: is(1),
  tenant: isName,
  agent_id: isName,
  chain_id: isName,
  from: isSeq,
  seq: isSeq,
  hash: isHash,
  links: optional(isLinks),
  time: isTime,
  final: isFlag,
  kid: isKid,
  sig: isSignature,
};

/** A checkpoint from outside, or why it is none. Its signature is not looked at. Never throws. */
export function readCheckpoint(value: unknown): { checkpoint: Checkpoint } | { problem: string } {
  if (!isObject(value)) return { problem: 'not a JSON object' };
  const field = misfit(value, RULES);
  if (field !== undefined) return { problem: `not a checkpoint: ${field.slice(0, 50)}` };
  const checkpoint = value as unknown as Checkpoint;
  const { from, seq, links } = checkpoint;
  const size = Buffer.from(links ?? '', 'base64url').length;
  const isWhole = from <= seq && (links === undefined || size === (seq - from + 1) * LINK_BYTES);
  return isWhole ? { checkpoint } : { problem: 'not a checkpoint: links' };
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** As `readCheckpoint`, from bytes. */
export function parseCheckpoint(value: Uint8Array): { checkpoint: Checkpoint } | { problem: string } {
  try {
    return readCheckpoint(JSON.parse(decoder.decode(value)));
  } catch {
    return { problem: 'not JSON in UTF-8' };
  }
}

/** The link of one record. @param hash lower-case hex */
export const linkOf = (hash: string): string => hash.slice(0, LINK_BYTES * 2);

/** The link that the checkpoint has for a record, in hex; undefined where it has none. */
export function linkAt(
  { from, seq, links }: Pick<Checkpoint, 'from' | 'seq' | 'links'>,
  record: number,
): string | undefined {
  if (links === undefined || record < from || record > seq) return undefined;
  const at = (record - from) * LINK_BYTES;
  return Buffer.from(links, 'base64url')
    .subarray(at, at + LINK_BYTES)
    .toString('hex');
}
