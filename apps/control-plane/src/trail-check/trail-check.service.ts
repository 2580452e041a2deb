import { Inject, Injectable } from '@nestjs/common';
import { TrailCheck, trailItem, type CheckResult } from '@holdshort/audit-events';
import { HoldshortError } from '@holdshort/errors';
import { AuditSearchService } from '../audit-search/audit-search.service.js';
import type { Identity } from '../auth/identity.js';
import { CLOCK, secondsLater, type Clock } from '../clock.js';
import { AnchorsService } from '../trail/anchors.service.js';
import { HeadsService } from '../trail/heads.service.js';
import { AuditKeysService } from '../trail/keys/audit-keys.service.js';

/** Somebody waits for it at a screen; more is for the command line. */
const MOST_RECORDS = 50_000;
/** What was signed so shortly ago may be on its way, as for `holdshort audit verify`. */
const SETTLE_SECONDS = 120;
const DAY_SECONDS = 86_400;
const PAGE = 500;

type List = (after: string, limit: number) => Promise<{ items: readonly object[]; next: string | null }>;

async function* allOf(list: List): AsyncGenerator<object, void, undefined> {
  for (let after = ''; ;) {
    const { items, next } = await list(after, PAGE);
    yield* items;
    if (next === null) return;
    after = next;
  }
}

export interface Verdict extends CheckResult {
  since: string;
  /** There were more records than are checked at once. */
  more: boolean;
}

/** Chains, signatures and outcomes of what is stored since a time. */
@Injectable()
export class TrailCheckService {
  private isRunning = false;

  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly records: AuditSearchService,
    private readonly keys: AuditKeysService,
    private readonly heads: HeadsService,
    private readonly anchors: AnchorsService,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** @throws HoldshortError `conflict` while another is under way: each takes seconds of this process */
  async verify(caller: Identity, wanted: Date | undefined, correlationId: string): Promise<Verdict> {
    if (this.isRunning) throw new HoldshortError('conflict', 'The trail is being verified already; try again soon.');
    this.isRunning = true;
    try {
      return await this.check(caller, wanted ?? secondsLater(this.now(), -DAY_SECONDS), correlationId);
    } finally {
      this.isRunning = false;
    }
  }

  private async check(caller: Identity, since: Date, correlationId: string): Promise<Verdict> {
    const settled = secondsLater(this.now(), -SETTLE_SECONDS).toISOString();
    const check = new TrailCheck({ root: undefined, outside: [], isLive: true, partialStart: true, settled });
    await this.addEvidence(check);
    let more = false;
    for await (const record of this.records.records(caller, since, correlationId)) {
      more = check.events >= MOST_RECORDS;
      if (more || !check.add(trailItem(record))) break;
    }
    const result = check.finish();
    return { ...(more && result.verdict !== 'broken' ? cutShort(result) : result), since: since.toISOString(), more };
  }

  /** First, so that all that it vouches for was written before the records are read. */
  private async addEvidence(check: TrailCheck): Promise<void> {
    for await (const statement of allOf((after, limit) => this.keys.list(after, limit))) check.add({ statement });
    for await (const head of allOf((after, limit) => this.heads.list(after, limit))) check.add({ head });
    for await (const anchor of allOf((after, limit) => this.anchors.list(after, limit))) check.add({ anchor });
  }
}

const cutShort = (result: CheckResult): CheckResult => ({
  ...result,
  verdict: 'could_not_tell',
  reasons: [`only the first ${MOST_RECORDS} records were read; \`holdshort audit verify\` reads all`],
});
