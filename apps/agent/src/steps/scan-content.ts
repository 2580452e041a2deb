import type { AgentContext } from '../exchange/agent-context.js';
import type { Exchange } from '../exchange/exchange.js';
import { Findings } from '../content/finding.js';
import type { ShownNames } from '../content/shown-names.js';
import { scanners } from '../content/load-scanners.js';
import { scanPolicyOf } from '../content/scan-policy.js';
import { jsonBody } from './classify.js';

/** Secrets and hidden text in all that a push brings. */
export async function scanPack(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { push } = exchange;
  if (!push || push.commands.probe) return;
  const { scanPush } = await scanners();
  const { findings, names } = await scanPush(push, scanPolicyOf(agent));
  exchange.findings = findings;
  push.summary.refs = push.summary.refs.map((change) => ({
    ...change,
    ref: names.of(change.ref),
    changedPaths: change.changedPaths.map((path) => names.of(path)),
  }));
  showAs(exchange, names);
}

/** From here on only what may be said of a name is sent to the control plane and written down. */
function showAs(exchange: Exchange, names: ShownNames): void {
  const { operation } = exchange;
  exchange.operation = { ...operation, intents: operation.intents.map((intent) => names.ofIntent(intent)) };
}

/** The same in every text that an API or MCP call would write. */
export async function scanCall(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { operation, body, query } = exchange;
  if (operation.class === 'read') return;
  const [path] = operation.intents[0]?.target.paths ?? [];
  const value = body?.length ? jsonBody(body) : undefined;
  const call = { surface: operation.surface, body: value, query, ...(path === undefined ? {} : { path }) };
  const named = operation.intents.flatMap(({ target: { ref, paths = [] } }) =>
    ref === undefined ? paths : [ref, ...paths],
  );
  const address = decoded(operation.path);
  const { scanTexts, ShownNames } = await scanners();
  const names = new ShownNames([address, ...named], scanPolicyOf(agent));
  const found = new Findings();
  found.add([...names.findings, ...(await scanTexts(call, scanPolicyOf(agent)))]);
  exchange.findings = found.list();
  showAs(exchange, names);
  if (names.of(address) !== address) exchange.operation.path = names.of(address);
}

/** An address as GitHub reads it; classification has refused what cannot be decoded. */
const decoded = (path: string): string => decodeURIComponent(path);

/** The same in a file on its way up: a release asset, an LFS object. */
export async function scanUpload(exchange: Exchange, agent: AgentContext): Promise<void> {
  const { file, capability, query } = exchange;
  if (!file || agent.settings.scanUploads === 'off') return;
  const name = capability?.object
    ? `LFS object ${capability.object.oid.slice(0, 12)}`
    : (new URLSearchParams(query).get('name') ?? 'upload');
  const { scanFile } = await scanners();
  exchange.findings = await scanFile(file.path, name, scanPolicyOf(agent));
}
