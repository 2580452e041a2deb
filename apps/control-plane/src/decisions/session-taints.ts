import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, type Clock } from '../clock.js';
import type { CallFacts } from './judge-policies.js';
import { repositoryName } from './resolve-targets.js';

/** A session stays tainted, so what is known of it is true for ever; only the memory of it is limited. */
const REMEMBERED = 50_000;

/** Reads outside any repository that tell of the account, of GitHub itself or of the protocol, not of what is in repositories. */
const OF_NO_REPOSITORY: ReadonlySet<string> = new Set(['account.read', 'metadata.read', 'telemetry.send']);

/**
 * The first repository that the call would show the session and that the public cannot read. Writes count: the answer to
 * a GraphQL mutation carries whatever the client asks for. Other reads outside any repository (issues or projects of an
 * organisation) may show what is in private ones, and count.
 */
export function privateSource({ targets }: Pick<CallFacts, 'targets'>): string | undefined {
  for (const target of targets) {
    const { intent, repository } = target;
    if (repository && repository.visibility !== 'public') return repositoryName(target);
    if (!repository && intent.action.endsWith('.read') && !OF_NO_REPOSITORY.has(intent.action))
      return intent.target.owner ?? '(account)';
  }
  return undefined;
}

/** Which sessions have seen what the public cannot see. Set before the answer that shows it goes out. */
@Injectable()
export class SessionTaints {
  private readonly known = new Set<string>();

  constructor(
    private readonly database: DataSource,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  async has(sessionId: string): Promise<boolean> {
    if (this.known.has(sessionId)) return true;
    const rows = await this.database.query<unknown[]>('SELECT 1 FROM holdshort.session_taints WHERE session_id = $1', [
      sessionId,
    ]);
    if (rows.length > 0) this.remember(sessionId);
    return rows.length > 0;
  }

  /** Durable when this returns; an agent keeps allowed reads, so the first must have set it. */
  async mark(sessionId: string, repository: string): Promise<void> {
    if (this.known.has(sessionId)) return;
    await this.database.query(
      'INSERT INTO holdshort.session_taints (session_id, repository, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [sessionId, repository, this.now()],
    );
    this.remember(sessionId);
  }

  private remember(sessionId: string): void {
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.add(sessionId);
  }
}
