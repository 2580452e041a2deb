import type {
  AuditEvent,
  EventApproval,
  EventDecision,
  EventFields,
  EventFinding,
  EventHuman,
  EventModel,
  EventProcess,
  EventLease,
  EventMasked,
  EventPushRef,
  EventRequest,
  EventResponse,
  EventTarget,
  EventToolCall,
  EventToolResult,
} from '../event.js';
import { flag, list, map, maybe, object, oneOf, reasonCode, text, time, whole, type FieldsOf } from './field.js';

const SHA256_HEX = '^[0-9a-f]{64}$';

/** What every event carries, of whatever type. Type, code and phase come from the catalogue. */
export const ENVELOPE: FieldsOf<Omit<AuditEvent, keyof EventFields | 'detail' | 'specversion' | 'type'>> = {
  id: text('UUIDv7, made by the emitter. Delivery is at least once: a repeated id is the same event.', {
    pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
  }),
  phase: oneOf('Attempt and outcome of a call share their `correlation_id`.', 'attempt', 'outcome', 'single'),
  code: text('Short stable code of the type.', { pattern: '^HS-[0-9]{4}$' }),
  time: text('RFC 3339, UTC, with milliseconds.', {
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
  }),
  chain_id: text('The chain of one boot of one emitter.'),
  seq: whole('Place in the chain, without a gap.', 1),
  prev_hash: text('`hash` of the event before in the chain; 64 zeros for the first.', { pattern: SHA256_HEX }),
  hash: text('SHA-256, in hex, over the RFC 8785 form of the event without `hash`.', { pattern: SHA256_HEX }),
  tenant: text('The installation.'),
  agent: object<AuditEvent['agent']>('Who emitted the event.', {
    id: text('Id of the agent, or `control-plane`.'),
    host: text('Name of the host it runs on.'),
    version: text('Version of the program.'),
  }),
  correlation_id: text('Joins the events of one call; shown to the user in every refusal.'),
};

const human = object<EventHuman>('The accountable person, as the identity provider names them.', {
  sub: text('Subject at the identity provider.'),
  login: text('Name for people; not an identity by itself.'),
  email: maybe(text('Confirmed address.')),
  idp: text('The identity provider: its issuer, or `break-glass`.'),
});

const target = object<EventTarget>('What the call is about.', {
  host: text('Host of GitHub.'),
  repo: maybe(text('owner/name, or the owner alone.')),
  repo_id: maybe(text('Id of the repository at GitHub.')),
  ref: maybe(text('Full name of a ref, or a pattern of refs.')),
  number: maybe(whole('Of an issue or pull request.')),
});

const request = object<EventRequest>('The call as it was classified; docs/reference/operations.md.', {
  surface: text('git, lfs, rest, graphql, mcp, copilot, download or upload.'),
  operation: text('Id of the operation.'),
  class: text('read, write, execute, admin, destructive or secretful.'),
  intents: list('What the call would do, whatever the surface.', text('One intent.')),
  method: text('HTTP method.'),
  path: text('Path of the request, without query.'),
  user_agent: maybe(text('As the client gave it.')),
  bytes: maybe(whole('Length of the body.')),
  sha256: maybe(text('Digest that an approval of the call is for.')),
  arguments_sha256: maybe(text('SHA-256 of the arguments of an MCP tool, in their RFC 8785 form.')),
});

const response = object<EventResponse>("GitHub's answer.", {
  status: whole('HTTP status.'),
  bytes: maybe(whole('Length of the body that was passed on.')),
  sha256: maybe(text('Digest of the body, in hex.')),
  github_request_id: maybe(text('`x-github-request-id`: joins with what GitHub records.')),
  duration_ms: whole('From the first byte of the request on.'),
  commits: maybe(list('Commits that the answer says the call made, or moved a ref to.', text('Its id.'))),
  pull: maybe(whole('Number of the pull request that the answer says the call opened.')),
});

const pushRef = object<EventPushRef>('One ref of a push.', {
  ref: text('Full name.'),
  old: text('Object id before; zeros where the ref is new.'),
  new: text('Object id after; zeros where it is deleted.'),
  kind: oneOf('What happens to the ref.', 'create', 'update', 'force', 'delete'),
  commits: maybe(whole('New commits.')),
  paths: maybe(list('Changed paths; cut, with a digest of all, where they are many.', text('A path.'))),
  path_classes: maybe(list('What kinds of files these are.', text('A class of policy.'))),
  result: maybe(text('`ok`, or the reason why not; in outcomes.')),
  pack_sha256: maybe(text('Digest of the pack.')),
});

const finding = object<EventFinding>('One place that a scanner marked; never its text.', {
  rule: text('docs/reference/secret-rules.md; `unscanned` for content that could not be read.'),
  severity: oneOf('Whether policy blocks it.', 'block', 'warn'),
  kind: oneOf('What was found.', 'secret', 'hidden-text', 'unscanned'),
  path: text('Path, or place in the request.'),
  line: whole('From 1; 0 where the path itself is meant.'),
  fingerprint: maybe(text('Tells two findings of one secret alike, without the secret.')),
  allowed_by: maybe(oneOf('A comment let it pass, where the agent permits that.', 'comment')),
});

const masked = object<EventMasked>('How often a rule led to something being masked; never what it was.', {
  rule: text(
    'docs/masking.md; `field` for a string masked for its name, `unscanned` where reading on would have cost too much.',
  ),
  count: whole('How often.'),
});

const digest = (of: string) => text(`SHA-256 of ${of}, in hex.`, { pattern: SHA256_HEX });

type ToolAction = NonNullable<EventToolCall['actions']>[number];

const toolCall = object<EventToolCall>('A tool call in the answer.', {
  id: text('As the model gave it.'),
  name: text('Of the tool, as the assistant calls it.'),
  arguments_sha256: digest('the arguments, in their RFC 8785 form where they are JSON'),
  command_sha256: maybe(list('Of each command line in the arguments.', digest('a command line'))),
  actions: maybe(
    list(
      'What the command lines do that could reach GitHub.',
      object<ToolAction>('One command.', {
        verb: text('`git push`, `git commit`, `gh pr create`; `run` for a program of which nothing is known.'),
        ref_sha256: maybe(list('Of the refs that it names.', digest('the full name of a ref'))),
        background: maybe(flag('It is not waited for.')),
      }),
    ),
  ),
});

const toolResult = object<EventToolResult>('What the model was told of a tool call, once for each result.', {
  call_id: text('The tool call.'),
  sha256: digest('the result'),
  commits: maybe(list('Commits that git said it made.', text('An id, or its beginning.'))),
  pushed: maybe(
    list(
      'What git said it pushed.',
      object<{ ref: string; id: string }>('One ref.', {
        ref: text('Full name.'),
        id: text('Commit id, or its beginning.'),
      }),
    ),
  ),
  running: maybe(flag('It says that something of the call goes on.')),
});

const model = object<EventModel>('One exchange with a model; never its text.', {
  api: text('openai-chat, openai-responses, anthropic-messages or copilot-intent.'),
  name: maybe(text('Of the model, as the answer has it, else as the request does.')),
  prompt_sha256: maybe(digest('the newest prompt')),
  prompt_bytes: maybe(whole('Length of the newest prompt.')),
  answer_sha256: maybe(digest('the text of the answer')),
  answer_bytes: maybe(whole('Length of the text of the answer.')),
  complete: flag('Whether the proper end of the answer was seen.'),
  request_unparsed: maybe(text('Why the request was not understood; it passed all the same.')),
  answer_unparsed: maybe(text('Why the answer was not understood, or not all of it; it passed all the same.')),
  input_tokens: maybe(whole('As the answer tells.')),
  output_tokens: maybe(whole('As the answer tells.')),
  cached_tokens: maybe(whole('As the answer tells.')),
  first_byte_ms: maybe(whole('From the request to the first byte of the answer.')),
  duration_ms: whole('From the request to the end of the answer.'),
  calls: list('Tool calls in the answer.', toolCall),
  results: list('Results that the request brought and that were not seen before.', toolResult),
  kept: maybe(flag('The texts were handed over to the prompt store, as policy wants.')),
});

type EventProcessEntry = EventProcess['chain'][number];

const processChain = object<EventProcess>('The process that made the call: evidence, not proof.', {
  chain: list(
    'The process and its ancestors, nearest first.',
    object<EventProcessEntry>('A process.', {
      pid: whole('Its id.'),
      started: whole('When it began, in clock ticks since boot: with the id it tells processes apart.'),
      name: text('Name of the program, as the kernel has it.'),
      script_sha256: maybe(digest('the script of `sh -c SCRIPT`')),
    }),
  ),
  whole: flag('It reaches out of the session, and not to a reaper of orphans.'),
  tool_call_id: maybe(text('The tool call that its environment names.')),
});

const decision = object<EventDecision>('What policy said.', {
  id: text('Of the decision; its whole request is kept under it.'),
  effect: oneOf('The decision.', 'allow', 'deny', 'hold'),
  rules: list('Policies that determined it.', text('Id of a policy.')),
  policy_version: text('In force at that moment.'),
  reason: list('docs/reference/reasons.md.', text('A reason code.')),
});

const approval = object<EventApproval>('The hold or grant that is meant.', {
  id: text('Of the approval or grant.'),
  approvers: list('Logins of those who answered.', text('A login.')),
  at: maybe(text('When it was answered, RFC 3339.')),
  digest: text('The exact bytes that it opens; empty where none are known yet.'),
  state: maybe(text('After the event.')),
  reason: maybe(text('In the words of whoever answered.')),
});

const lease = object<EventLease>('The GitHub credential; never the token itself.', {
  id: text('Of the lease.'),
  kind: text('Kind of credential, e.g. `installation`.'),
  token_sha256_b64: text("`hashed_token` of GitHub's own audit log."),
  permissions: map('What the token may do.', text('read, write or admin.')),
  repositories: maybe(list('Where it may do it.', text('owner/name.'))),
  expires: time('When GitHub ends it.'),
});

/** The fields that the catalogue hands out to types. */
export const EVENT_FIELDS: FieldsOf<EventFields> = {
  human: maybe(human),
  github_actor: maybe(
    object<NonNullable<EventFields['github_actor']>>('Account at GitHub that the call counts as.', {
      login: text('Of the account.'),
      id: maybe(text('Of the account.')),
    }),
  ),
  ai: maybe(
    object<NonNullable<EventFields['ai']>>('The assistant; absent for a person.', {
      tool: text('Name of the tool, `unknown` where the session names none.'),
      session_id: maybe(text("The tool's own session.")),
      model: maybe(text('Model, as seen on the wire.')),
    }),
  ),
  session_id: maybe(text('The Holdshort session.')),
  target: maybe(target),
  request: maybe(request),
  response: maybe(response),
  push: maybe(list('Refs of a push.', pushRef)),
  findings: maybe(list('What the scanners found.', finding)),
  masked: maybe(list('What was masked in the answer, where policy obliges to.', masked)),
  decision: maybe(decision),
  approval: maybe(approval),
  lease: maybe(lease),
  model: maybe(model),
  process: maybe(processChain),
  trace_id: maybe(text('W3C trace id.')),
  traceparent: maybe(
    text('W3C Trace Context of the call, where it is traced; the parent of the spans of whoever reads the event.'),
  ),
  outcome: maybe(oneOf('How it ended.', 'success', 'refused', 'failed', 'unknown')),
  error: maybe(
    object<NonNullable<EventFields['error']>>('Why it did not succeed.', {
      code: reasonCode('docs/reference/reasons.md.'),
      message: text('For people.'),
    }),
  ),
};
