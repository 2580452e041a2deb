import { anchorHash, anchorRoot, readAnchor, type AnchorRecord } from '../signed/anchor.js';
import { AuditKeys, ROOT_OWNER } from '../signed/audit-keys.js';
import { readHead, type CountersignedHead } from '../signed/head.js';
import { describeRange, type ChainBreak } from './chain-break.js';
import type { Claim } from './chain-verifier.js';

/** What the control plane says of a trail, as it was read; nothing of it is believed yet. */
export interface EvidenceParts {
  /** Certificates and ends of keys. */
  statements: readonly unknown[];
  heads: readonly unknown[];
  anchors: readonly unknown[];
  /** Anchors from where they cannot be changed: what the control plane says must be the same. */
  outside?: readonly unknown[];
  /** The control plane was asked after `outside` was read: it cannot lack any of them. */
  isLive?: boolean;
}

export interface TrailEvidence {
  keys: AuditKeys;
  claims: Claim[];
  heads: number;
  anchors: number;
  /** Anchors of `outside` that the control plane's were compared with. */
  compared: number;
}

/** Above, only the newest leaf of each chain is kept: it vouches for all before it, but names a rewritten record less closely. */
const MAX_LEAVES = 100_000;

/** The evidence itself is false: a statement is not signed by the control plane, or an anchor is not the one kept outside. */
export class FalseEvidence extends Error {
  constructor(readonly broken: ChainBreak) {
    super(broken.message);
  }
}

/** No chain is named: it is the control plane's word that does not hold. */
const falseWord = (message: string): FalseEvidence =>
  new FalseEvidence({ kind: 'wrong_key', chain_id: '', seq: 0, index: 0, message });

/**
 * @param root thumbprint of the control plane's key, where the caller knows it
 * @throws FalseEvidence naming what does not hold; Error where no key of the control plane is there at all
 */
export function readEvidence(parts: EvidenceParts, root?: string): TrailEvidence {
  const keys = readKeys(parts.statements, root);
  const heads = parts.heads.map((head) => checkedHead(head, keys));
  const outside = checkedAnchors(parts.outside ?? [], keys, 'kept outside');
  const inside = checkedAnchors(parts.anchors, keys, 'of the control plane');
  const compared = compareAnchors(inside, outside, parts.isLive === true);
  const anchors = [...new Map([...inside, ...outside].map((record) => [record.anchor.hour, record])).values()];
  const claims = [
    ...leafClaims(anchors.sort((a, b) => (a.anchor.hour < b.anchor.hour ? -1 : 1))),
    ...heads.map(claimOf),
  ];
  return { keys, claims, heads: heads.length, anchors: anchors.length, compared };
}

function readKeys(statements: readonly unknown[], root: string | undefined): AuditKeys {
  if (statements.length === 0) throw new Error('no key of the control plane is there');
  try {
    return AuditKeys.read(statements, root);
  } catch (error) {
    throw falseWord(`The list of keys does not hold: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function checkedHead(value: unknown, keys: AuditKeys): CountersignedHead {
  const head = readHead(value);
  if (!head) throw falseWord('A countersigned head cannot be read.');
  const objection = keys.objection(head, ROOT_OWNER, head.countersigned_at);
  if (objection === undefined) return head;
  const place = { chainId: head.chain_id, from: head.seq, through: head.seq, index: 0 };
  const one = `has a countersigned head that does not count: ${objection}`;
  throw new FalseEvidence(describeRange('wrong_key', place, { one, several: one }));
}

const claimOf = ({ chain_id, agent_id, seq, hash, final, countersigned_at: time }: CountersignedHead): Claim => ({
  ...{ by: 'countersigned head' as const, chain_id, agent_id, seq, hash, final, time },
});

/** Each signed, with the root of its leaves, naming the one before. In the order of the hours. */
function checkedAnchors(values: readonly unknown[], keys: AuditKeys, whose: string): AnchorRecord[] {
  const records = values.map((value) => {
    const record = readAnchor(value);
    if (!record) throw falseWord(`An anchor ${whose} cannot be read.`);
    const { anchor, leaves } = record;
    const objection = keys.objection(anchor, ROOT_OWNER, anchor.time);
    if (objection !== undefined) throw falseWord(`The anchor of ${anchor.hour} ${whose} does not count: ${objection}.`);
    if (anchorRoot(leaves) !== anchor.root || leaves.length !== anchor.size)
      throw falseWord(`The anchor of ${anchor.hour} ${whose} is not one of its leaves.`);
    return record;
  });
  records.sort((a, b) => (a.anchor.hour < b.anchor.hour ? -1 : 1));
  for (const [place, { anchor }] of records.entries()) {
    const before = records[place - 1]?.anchor;
    if (before && anchor.prev !== anchorHash(before))
      throw falseWord(`The anchor of ${anchor.hour} ${whose} does not follow the one of ${before.hour}.`);
  }
  return records;
}

/** @returns how many are the same */
function compareAnchors(inside: readonly AnchorRecord[], outside: readonly AnchorRecord[], isLive: boolean): number {
  const known = new Map(inside.map(({ anchor }) => [anchor.hour, anchorHash(anchor)]));
  for (const { anchor } of outside) {
    const own = known.get(anchor.hour);
    if (own === undefined && isLive)
      throw falseWord(`The control plane has lost the anchor of ${anchor.hour} that is kept outside.`);
    if (own !== undefined && own !== anchorHash(anchor))
      throw falseWord(`The anchor of ${anchor.hour} is not the one that is kept outside.`);
  }
  return outside.filter(({ anchor }) => known.has(anchor.hour)).length;
}

function leafClaims(anchors: readonly AnchorRecord[]): Claim[] {
  const claims: Claim[] = [];
  for (const { anchor, leaves } of anchors)
    for (const [chainId, seq, hash] of leaves)
      claims.push({ by: 'anchor', chain_id: chainId, seq, hash, time: anchor.time });
  if (claims.length <= MAX_LEAVES) return claims;
  return [...new Map(claims.map((claim) => [claim.chain_id, claim])).values()];
}
