import { AGENT_SETTINGS } from '../../apps/agent/src/config.js';
import { REFUSED_REQUESTS } from '../../apps/agent/src/listener/refused-requests.js';
import { INGEST_SETTINGS } from '../../apps/audit-ingest/src/config.js';
import { CLI_SETTINGS } from '../../apps/cli/src/settings.js';
import { GRPC_EVENTS, HTTP_EVENTS, type Leaves } from '../../apps/control-plane/src/access/access-events.js';
import { GRPC_ACCESS, HTTP_ACCESS, type HttpRule } from '../../apps/control-plane/src/access/access-table.js';
import { CONTROL_PLANE_SETTINGS } from '../../apps/control-plane/src/settings.js';
import { DEV_STACK_SETTINGS } from '../../apps/dev-stack/src/settings.js';
import { WAYS } from '../../apps/e2e/src/suites/ways-to-main/ways.js';
import { SETTINGS as STANDIN_SETTINGS } from '../../apps/github-standin/src/settings.js';
import { KAFKA_SECURITY_SETTINGS } from '../../libs/audit-publisher/src/publishers/kafka-security.js';
import type { SettingsTable } from '../../libs/config/src/settings.js';
import { REASONS } from '../../libs/errors/src/reason-codes.js';
import { MUTATION_RULES } from '../../libs/github-operations/src/graphql/mutations.js';
import { REF_MUTATIONS } from '../../libs/github-operations/src/graphql/ref-mutations.js';
import { toolWays } from '../../libs/github-operations/src/mcp/tool-ways.js';
import { INTENTS, OPERATION_CLASSES, type OperationClass } from '../../libs/github-operations/src/operation.js';
import { actionsOf, classOf, REST_OPERATIONS } from '../../libs/github-operations/src/rest/rest-operation.js';
import { PERSONAL_TEXT } from '../../libs/secret-scan/src/personal/email.js';
import { NUMBER_RULES } from '../../libs/secret-scan/src/personal/numbers.js';
import { sourceOf } from '../../libs/secret-scan/src/rules/rule-sources.js';
import { RULES } from '../../libs/secret-scan/src/rules/index.js';
import { apiCalls } from './api-calls.js';
import { events, eventSchemaFiles } from './events-page.js';
import { cell, code, page, table } from './markdown.js';
import { metrics } from './metrics-page.js';

const mutationRows = (): { name: string; intents: string[]; grade: OperationClass | undefined }[] => [
  ...[...MUTATION_RULES].map(([name, { action }]) => ({ name, intents: [action], grade: classOf([action]) })),
  ...[...REF_MUTATIONS.keys()].map((name) => ({ name, intents: ['by its arguments: ref.*'], grade: undefined })),
];

const toolRows = (): { way: string; intents: string[]; grade: OperationClass | undefined }[] =>
  toolWays().map(({ way, classification }) => {
    const operation = 'operation' in classification ? classification.operation : undefined;
    const intents = [...new Set(operation?.intents.map(({ action }) => action) ?? [])];
    return { way, intents, grade: operation?.class };
  });

function operations(): string {
  const rest = REST_OPERATIONS.map((operation) => ({ operation, actions: actionsOf(operation) ?? [] }));
  const counts = OPERATION_CLASSES.map((grade) => [
    grade,
    String(rest.filter(({ actions }) => classOf(actions) === grade).length),
    String(mutationRows().filter((row) => row.grade === grade).length),
    String(toolRows().filter((row) => row.grade === grade).length),
  ]);
  const byArguments = ['by its arguments', '', String(REF_MUTATIONS.size), ''];
  const total = ['all', String(rest.length), String(mutationRows().length), String(toolRows().length)];
  const changes = rest.filter(({ operation }) => operation.method !== 'GET');
  return page(
    'Operations',
    'What Holdshort takes each call of GitHub for. The class of an operation is the gravest of its intents; a call that is in no list is refused.',
    `## Counts\n\n${table(['class', 'REST operations', 'GraphQL mutations', 'ways to call MCP tools'], [...counts, byArguments, total])}`,
    `## Intents\n\n${table(
      ['intent', 'class', 'least App permission'],
      Object.entries(INTENTS).map(([name, { class: grade, permission }]) => [code(name), grade, code(permission)]),
    )}`,
    `## REST operations other than GET\n\nBody and path may add to these: a reference, a forced update, a workflow file.\n\n${table(
      ['call', 'operation', 'class', 'intents'],
      changes.map(({ operation: { method, template, id }, actions }) => [
        code(`${method} ${template}`),
        id,
        classOf(actions),
        actions.join(', '),
      ]),
    )}`,
    `## GraphQL mutations\n\n${table(
      ['mutation', 'class', 'intents'],
      mutationRows()
        .sort((a, b) => a.name.localeCompare(b.name, 'en'))
        .map(({ name, intents, grade }) => [name, grade ?? 'by its arguments', intents.join(', ')]),
    )}`,
    `## Tools of GitHub's MCP server\n\nWith the value of the argument that decides, where there is one.\n\n${table(
      ['tool', 'class', 'intents'],
      toolRows().map(({ way, intents, grade }) => [way, grade ?? 'refused', intents.join(', ')]),
    )}`,
  );
}

const settingRows = (settings: SettingsTable): string[][] =>
  Object.values(settings).map(({ env, kind, default: given, optional, oneOf, secret, reason }) => [
    code(env) + (secret ? ` (or ${code(`${env}_FILE`)})` : ''),
    oneOf ? oneOf.map(code).join(', ') : kind,
    given === undefined ? (optional ? 'none' : 'required') : code(given) || 'empty',
    cell(reason),
  ]);

function settings(): string {
  const tables: Record<string, SettingsTable> = {
    Agent: AGENT_SETTINGS,
    'Control plane': CONTROL_PLANE_SETTINGS,
    'Audit ingest': INGEST_SETTINGS,
    'Command line': { ...CLI_SETTINGS, ...KAFKA_SECURITY_SETTINGS },
    'Embedded stack': DEV_STACK_SETTINGS,
    'GitHub stand-in': STANDIN_SETTINGS,
  };
  const parts = Object.entries(tables).map(
    ([name, rows]) => `## ${name}\n\n${table(['variable', 'kind', 'default', 'what and why'], settingRows(rows))}`,
  );
  return page('Settings', 'Environment variables of each process.', ...parts);
}

const reasons = (): string =>
  page(
    'Reasons',
    'The closed list of codes in decisions, refusals, events and metrics. A code is never renamed or reused.',
    table(
      ['code', 'meaning'],
      Object.entries(REASONS).map(([name, text]) => [code(name), cell(text)]),
    ),
  );

function ruleText(rule: HttpRule): string {
  if (rule.who === 'public') return 'anyone, signed in or not';
  if (rule.who === 'anyone') return 'anyone signed in';
  return rule.roles.join(', ') + (rule.who === 'roles-or-launcher' ? ', or the launcher' : '');
}

const leavesText = (leaves: Leaves | undefined): string => {
  if (!leaves) return '';
  return 'none' in leaves ? `nothing: ${leaves.none}` : leaves.map(code).join(', ');
};

const access = (): string =>
  page(
    'Access',
    'Who may call what, and which events it leaves. A route or RPC without a row is refused; a refusal of somebody known is an `access.refused`.',
    `## HTTP\n\n${table(
      ['route', 'who', 'leaves in the trail'],
      Object.entries(HTTP_ACCESS).map(([route, rule]) => [code(route), ruleText(rule), leavesText(HTTP_EVENTS[route])]),
    )}`,
    `## gRPC\n\n${table(
      ['RPC', 'certificate', 'leaves in the trail'],
      Object.entries(GRPC_ACCESS).map(([rpc, rule]) => [code(rpc), rule, leavesText(GRPC_EVENTS[rpc])]),
    )}`,
  );

const httpSafety = (): string =>
  page(
    'HTTP safety',
    'Requests that the agent refuses whatever policy says, on the proxy and on the endpoint: before anything is forwarded, in the form of the surface, with one event. `apps/agent/src/listener/http-safety.medium.spec.ts` sends each of them to the real servers. What passes is written anew: hop-by-hop headers and every credential of the client are dropped.',
    table(
      ['request', 'what it could do', 'refused by', 'reason'],
      Object.values(REFUSED_REQUESTS).map(({ request, because, by, reason }) => [
        cell(request),
        because,
        by,
        code(reason),
      ]),
    ),
  );

const waysToMain = (): string =>
  page(
    'Ways to main',
    `${WAYS.length} ways to change \`main\`, or what protects it, as an assistant. \`apps/e2e/src/suites/ways-to-main\` tries each with the real client against the running stack: refused (or held for people) before GitHub sees it, and recorded with one of the intents. Where the same way leads to a topic branch that policy leaves to assistants (\`wip/*\`), it passes.`,
    table(
      ['way', 'client', 'surface', 'recorded intent', 'main', 'topic branch'],
      WAYS.map(({ name, client, surface, intents, main, topic }) => [
        cell(name),
        client,
        surface,
        intents.length > 1 ? '`ref.*`' : intents.map(code).join(', '),
        main,
        topic ?? '-',
      ]),
    ),
  );

const ruleRows = (): string[][] =>
  RULES.map(({ id, title, severity, kind, keywords, validation, where }) => [
    code(id),
    cell(title),
    severity,
    kind === 'secret' ? 'secret' : `hidden text (${where === 'anywhere' ? 'anywhere' : `in ${where}`})`,
    keywords.length > KEYWORDS_SHOWN
      ? `${keywords.slice(0, KEYWORDS_SHOWN).map(shownKeyword).join(' ')} and ${keywords.length - KEYWORDS_SHOWN} more`
      : keywords.map(shownKeyword).join(' '),
    validation,
    sourceLink(id),
  ]);

function sourceLink(rule: string): string {
  const source = sourceOf(rule);
  return source === undefined ? '-' : `[${new URL(source).hostname}](${source})`;
}

const KEYWORDS_SHOWN = 6;
/** Keywords of hidden text are bytes of UTF-8 that nobody can see. */
const shownKeyword = (keyword: string): string =>
  /^[\x21-\x7e][\x20-\x7e]*$/.test(keyword) && !keyword.includes('`')
    ? code(keyword)
    : [...Buffer.from(keyword, 'latin1')].map((byte) => byte.toString(16)).join(' ');

const secretRules = (): string =>
  page(
    'Secret rules',
    `${RULES.length} rules by which every content that a call would write is read. \`block\`: a credential in its provider's format, refused by the starter sets. \`warn\`: likely, but neither format nor checksum proves it. Where a checksum fails, or a value is a known example, a finding of either kind is a warning at most. The list by which content is refused as \`unscanned\` has no rule: it is a bound on the work that a content may cost.`,
    table(['rule', 'what', 'severity', 'kind', 'looked for at', 'then validated by', 'format'], ruleRows()),
  );

const personalRules = (): string =>
  page(
    'Rules for personal data',
    'What the detector `personal` of the [obligation to mask](../masking.md) looks for, beside the [secret rules](secret-rules.md) of the detector `secrets`. Each id is a detector by itself. These rules read answers only, never what is pushed.',
    table(
      ['detector', 'what', 'told by', 'format'],
      [
        ...NUMBER_RULES.map(({ id, title, validation, source }) => [
          code(id),
          cell(title),
          validation,
          `[${new URL(source).hostname}](${source})`,
        ]),
        ...PERSONAL_TEXT.map(({ id, title, validation }) => [code(id), cell(title), validation, 'RFC 5321']),
      ],
    ),
  );

/** Every generated file: path in the repository -> its text before formatting. */
export const documents = (): Record<string, string> => ({
  'docs/reference/operations.md': operations(),
  'docs/reference/settings.md': settings(),
  'docs/reference/reasons.md': reasons(),
  'docs/reference/events.md': events(),
  'docs/reference/metrics.md': metrics(),
  'docs/reference/access.md': access(),
  'docs/reference/http-safety.md': httpSafety(),
  'docs/reference/secret-rules.md': secretRules(),
  'docs/reference/personal-rules.md': personalRules(),
  'docs/reference/ways-to-main.md': waysToMain(),
  ...eventSchemaFiles(),
  'libs/api-client/src/gen/calls.ts': apiCalls(),
});
