import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { HoldshortError } from '@holdshort/errors';
import { readReceivePackCommands } from '@holdshort/git-wire';
import { scanners } from '../content/load-scanners.js';
import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';

/** Push options reach GitHub's hooks as variables (CVE-2026-3854 was an injection there); none is needed by default. */
const ALLOWED_PUSH_OPTIONS: ReadonlySet<string> = new Set();

/** Reads the ref commands that stand before the pack; the pack itself is still on the wire after this. */
export async function readPushCommands(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { request } = exchange;
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'gzip') {
    throw new HoldshortError('request_malformed', `A push in content encoding "${encoding}" is not accepted.`);
  }
  const body: AsyncIterable<Buffer> = encoding === 'gzip' ? request.pipe(createGunzip()) : request;
  const commands = await readReceivePackCommands(body);
  const { ScanAhead } = await scanners();
  exchange.push = {
    commands,
    packFile: path.join(agent.scratchDir, `${randomUUID()}.pack`),
    packBytes: 0,
    pack: undefined,
    ahead: new ScanAhead(),
    changes: [],
    summary: { refs: [], packSha256: '', packBytes: '0', objects: 0, authorEmails: [], authorsTruncated: false },
  };
  refusePushOptions(commands.pushOptions);
}

function refusePushOptions(options: readonly string[]): void {
  const refused = options.find((option) => !ALLOWED_PUSH_OPTIONS.has(option));
  if (refused === undefined) return;
  throw new HoldshortError('push_option_refused', 'Push options are not allowed here.', {
    advice: 'Push again without -o / --push-option.',
  });
}
