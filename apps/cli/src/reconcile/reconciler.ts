import type { AuditEvent } from '@holdshort/audit-events';
import type { Finding, NoAttestation, Summary, UnseenPush } from './finding.js';
import { ForeignTokens } from './foreign-tokens.js';
import { githubEntry, isGitPush, type GithubEntry } from './github-entry.js';
import { matchPushes } from './match-pushes.js';
import { withoutAttempt, type Candidate } from './open-attempts.js';
import { Partitions, PARTS } from './partitions.js';
import { trailRecords, type IssuedToken, type PushHalf, type RecordedPush, type TrailRecords } from './trail-record.js';

export interface ReconcileRules {
  /** Entries of GitHub of this time are judged; milliseconds since 1970, infinite where nothing was said. */
  from: number;
  to: number;
  /** How far the clocks of agents and GitHub may be apart, in milliseconds. */
  skew: number;
  /** GitHub's log is complete up to here: a recorded push after it is awaited, not missed. */
  reaches: number;
  allowedActors: ReadonlySet<string>;
  allowedTokens: ReadonlySet<string>;
}

type Joined = NonNullable<TrailRecords['joined']>;

/** What of the trail is about the tokens of one part. */
interface Part {
  tokens: Map<string, IssuedToken>;
  pushes: Map<string, RecordedPush[]>;
  attested: Set<string>;
}

const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * Joins GitHub's audit log with the trail. Both are read once, in any order, and put aside on disk by the token that they
 * name; then one part after the other is held in memory.
 */
export class Reconciler {
  readonly summary: Summary;
  private readonly parts = new Partitions();
  private readonly candidates: Candidate[] = [];
  private range: [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

  constructor(private readonly rules: ReconcileRules) {
    this.summary = emptySummary(rules);
  }

  /** Times of the first and the last entry of GitHub, infinite where there is none. */
  get githubRange(): readonly [number, number] {
    return this.range;
  }

  addEvent(event: AuditEvent): void {
    const { joined, half } = trailRecords(event);
    if (half) this.parts.addAside('halves', half);
    if (!joined) return;
    this.parts.add('trail', joined.token, joined);
    if (joined.k === 'token') this.summary.issued_tokens += 1;
    if (joined.k === 'push') this.summary.recorded_pushes += 1;
  }

  /** @param value an entry as it was read. @returns whether it is one */
  addEntry(value: unknown): boolean {
    const entry = githubEntry(value);
    if (!entry) return false;
    if (entry.time < this.rules.from || entry.time >= this.rules.to) return true;
    this.range = [Math.min(this.range[0], entry.time), Math.max(this.range[1], entry.time)];
    const { token } = entry;
    if (this.isAllowed(entry)) this.summary.allowed += 1;
    else if (token !== undefined || isGitPush(entry)) this.parts.add('github', token ?? entry.id, entry);
    else this.summary.without_token += 1;
    return true;
  }

  /** Everything that does not agree, a part after the other; `summary` is complete at the end. */
  async *findings(): AsyncGenerator<Finding> {
    for (let part = 0; part < PARTS; part += 1) yield* this.counted(this.judge(part));
    const halves = this.parts.readAside<PushHalf>('halves');
    const left = await withoutAttempt(this.candidates, halves, this.rules.skew);
    this.summary.matched_by_attempt = this.candidates.length - left.length;
    yield* this.counted(left.map(({ entry, token }) => unseenPush(entry, token)));
    this.summary.verdict = isFound(this.summary) ? 'found' : 'clean';
  }

  close(): void {
    this.parts.close();
  }

  private isAllowed({ actor, token }: GithubEntry): boolean {
    return this.rules.allowedActors.has(actor) || (token !== undefined && this.rules.allowedTokens.has(token));
  }

  private async *counted(findings: AsyncIterable<Finding> | Iterable<Finding>): AsyncGenerator<Finding> {
    for await (const finding of findings) {
      if (finding.kind === 'unseen_push') this.summary.unseen_pushes += 1;
      if (finding.kind === 'foreign_token') this.summary.foreign_tokens += 1;
      if (finding.kind === 'no_attestation') this.summary.no_attestation += 1;
      if (finding.kind === 'not_at_github') this.summary.not_at_github += 1;
      yield finding;
    }
  }

  private async *judge(number: number): AsyncGenerator<Finding> {
    const part = await this.load(number);
    const foreign = new ForeignTokens();
    const pushes = new Map<string, GithubEntry[]>();
    const seen = new Set<string>();
    for await (const entry of this.parts.read<GithubEntry>('github', number)) {
      if (this.isRepeated(entry, seen)) continue;
      const issued = entry.token === undefined ? undefined : part.tokens.get(entry.token);
      if (entry.token !== undefined && !issued) foreign.add(entry.token, entry);
      if (!isGitPush(entry)) continue;
      this.summary.github_pushes += 1;
      if (issued) append(pushes, keyOf(issued.token, entry.repo), entry);
      else yield unseenPush(entry, undefined);
    }
    yield* foreign.found();
    yield* this.compare(part, pushes);
  }

  /** The stream repeats entries; those without an id cannot be told apart, and count each. */
  private isRepeated({ id }: GithubEntry, seen: Set<string>): boolean {
    if (id !== '' && seen.has(id)) {
      this.summary.repeated += 1;
      return true;
    }
    seen.add(id);
    this.summary.github_entries += 1;
    return false;
  }

  private async load(number: number): Promise<Part> {
    const part: Part = { tokens: new Map(), pushes: new Map(), attested: new Set() };
    const events = new Set<string>();
    for await (const record of this.parts.read<Joined>('trail', number)) {
      if (record.k === 'token') part.tokens.set(record.token, record);
      else if (record.k === 'attested') part.attested.add(record.event);
      else if (!events.has(record.event)) {
        events.add(record.event);
        append(part.pushes, keyOf(record.token, record.repo), record);
      }
    }
    return part;
  }

  private *compare({ tokens, pushes, attested }: Part, atGithub: Map<string, GithubEntry[]>): Generator<Finding> {
    for (const key of new Set([...pushes.keys(), ...atGithub.keys()])) {
      const records = pushes.get(key) ?? [];
      const { pairs, unseen, missing } = matchPushes(atGithub.get(key) ?? [], records, this.rules.skew);
      this.summary.matched += pairs.length;
      for (const entry of unseen) {
        const token = tokens.get(entry.token ?? '');
        if (token?.kind === 'lease') this.candidates.push({ entry, token });
        else yield unseenPush(entry, token);
      }
      for (const record of missing) yield* this.missed(record);
      yield* this.unattested(records, attested);
    }
  }

  private *unattested(records: readonly RecordedPush[], attested: ReadonlySet<string>): Generator<Finding> {
    for (const record of records)
      if (record.attestable && !attested.has(record.event) && this.isJudged(record))
        yield { kind: 'no_attestation', ...aboutRecord(record) };
  }

  private isJudged({ until }: RecordedPush): boolean {
    return until >= this.rules.from && until < this.rules.to;
  }

  /** At the borders of the time the clocks leave open on which side the entry lies. */
  private *missed(record: RecordedPush): Generator<Finding> {
    const { from, to, skew, reaches } = this.rules;
    if (!record.accepted || record.from < from + skew || record.until >= to - skew) return;
    if (record.until >= reaches - skew) this.summary.awaited += 1;
    else yield { ...aboutRecord(record), kind: 'not_at_github', severity: 'warning' };
  }
}

const keyOf = (token: string, repo: string): string => `${token} ${repo}`;

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

const isFound = ({ unseen_pushes, foreign_tokens, no_attestation }: Summary): boolean =>
  unseen_pushes + foreign_tokens + no_attestation > 0;

const aboutRecord = ({ until, repo, event, session, engineer }: RecordedPush): Omit<NoAttestation, 'kind'> => ({
  severity: 'alert',
  time: iso(until),
  repo,
  event_id: event,
  session_id: session,
  engineer,
});

function unseenPush(entry: GithubEntry, token: IssuedToken | undefined): UnseenPush {
  return {
    kind: 'unseen_push',
    severity: 'alert',
    time: iso(entry.time),
    repo: entry.repo,
    actor: entry.actor,
    by: byOf(entry, token),
    ...(entry.token === undefined ? {} : { hashed_token: entry.token }),
    access: entry.access,
    ...(token ? { lease_id: token.id } : {}),
    ...(token?.session ? { session_id: token.session, engineer: token.engineer } : {}),
    user_agent: entry.userAgent,
    document_id: entry.id,
  };
}

function byOf(entry: GithubEntry, token: IssuedToken | undefined): UnseenPush['by'] {
  if (entry.token === undefined) return 'no_token';
  if (!token) return 'foreign_token';
  return token.kind === 'lease' ? 'lease' : 'facts_token';
}

const emptySummary = ({ from, to }: ReconcileRules): Summary => ({
  verdict: 'clean',
  from: Number.isFinite(from) ? iso(from) : null,
  to: Number.isFinite(to) ? iso(to) : null,
  ...{ github_entries: 0, github_pushes: 0, repeated: 0, recorded_pushes: 0, issued_tokens: 0 },
  ...{ matched: 0, matched_by_attempt: 0, unseen_pushes: 0, foreign_tokens: 0, no_attestation: 0, not_at_github: 0 },
  ...{ awaited: 0, allowed: 0, without_token: 0 },
});
