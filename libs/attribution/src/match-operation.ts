import { createHash } from 'node:crypto';
import { modelClient, clientOf, wasOpen, type KnownCall } from './call-windows.js';
import type { OperationFact, ProcessFact } from './facts.js';
import type { Confidence } from './graph.js';

/** What caused an operation, as far as it is known. */
export interface Match {
  call: KnownCall;
  confidence: Confidence;
  evidence: string[];
}

/** Tools that start no program, by the names that assistants give them. */
const PASSIVE_TOOL =
  /^(?:view|read|readfile|read_file|edit|multiedit|write|create|str_replace|grep|glob|ls|list_dir|think|todo\w*|update_plan|web_?search|web_?fetch|apply_patch|report_intent|store_memory)$/i;

/** Everything about a session that the matching of one of its operations needs. */
export interface SessionView {
  calls: readonly KnownCall[];
  operations: readonly OperationFact[];
  /** Processes that spoke with a model in the session. */
  clients: ReadonlySet<string>;
}

/** Why an operation is a person's; undefined where it is not known to be. */
export function humanEvidence(operation: OperationFact, { clients }: SessionView): string | undefined {
  if (operation.isHuman) return 'the session is a person’s own';
  if (!operation.chain?.isWhole || operation.chain.processes.length === 0) return undefined;
  return modelClient(operation.chain, clients) === undefined
    ? 'no process from this call up to the session’s first has spoken with a model'
    : undefined;
}

/**
 * The tool call that caused the operation; undefined where none is told apart. What is not certain to be the only
 * possibility is no match: a missing edge is a smaller fault than a wrong one.
 */
export function matchOperation(operation: OperationFact, view: SessionView): Match | undefined {
  return (
    byTool(operation, view) ??
    byPushResult(operation, view) ??
    byToolCallId(operation, view) ??
    byCommand(operation, view)
  );
}

/** A call to GitHub's MCP server is the tool call itself, where only one has this tool and these arguments. */
function byTool(operation: OperationFact, view: SessionView): Match | undefined {
  const { tool } = operation;
  const client = modelClient(operation.chain, view.clients);
  if (!tool || !client) return undefined;
  const same = view.calls.filter(
    ({ call, exchange }) =>
      exchange.answeredAt <= operation.startedAt &&
      call.argumentsSha256 === tool.argumentsSha256 &&
      isToolName(call.name, tool.name),
  );
  const [only] = same;
  if (!only || same.length > 1 || only.isContested || !wasOpen(only, operation)) return undefined;
  if (clientOf(only.exchange) !== client.id) return undefined;
  return {
    call: only,
    confidence: 'exact',
    evidence: ['tool and arguments of the MCP call are those of the tool call'],
  };
}

/** `push_files`, `github-push_files`, `mcp__github__push_files`. */
const isToolName = (called: string, tool: string): boolean =>
  called === tool || (called.endsWith(tool) && /[-_./:]$/.test(called.slice(0, -tool.length)));

/** What git told the call, and the call told the model, names the very commit and ref of this push. */
function byPushResult(operation: OperationFact, view: SessionView): Match | undefined {
  if (!operation.succeeded || !isPush(operation)) return undefined;
  if (view.operations.some((other) => other !== operation && isSamePush(other, operation))) return undefined;
  const claims = view.calls.filter(
    (known) =>
      pushes(known) &&
      known.result?.pushed.some(({ ref, id }) =>
        operation.refs.some((update) => update.ref === ref && update.newId.startsWith(id)),
      ),
  );
  const [only] = claims;
  if (!only || claims.length > 1 || only.isContested || !wasOpen(only, operation)) return undefined;
  if (!isSameClient(only, operation, view) || !mayName(only, operation)) return undefined;
  return {
    call: only,
    confidence: 'exact',
    evidence: ['the tool result that the model was told names this ref and commit'],
  };
}

const isSamePush = (a: OperationFact, b: OperationFact): boolean =>
  a.refs.some(({ ref, newId }) => b.refs.some((update) => update.ref === ref && update.newId === newId));

const pushes = ({ call }: KnownCall): boolean => call.actions.some(({ verb }) => verb === 'git push' || verb === 'run');

/** The environment names the tool call. Anybody can set a variable, so the rest must agree with it. */
function byToolCallId(operation: OperationFact, view: SessionView): Match | undefined {
  if (operation.toolCallId === undefined) return undefined;
  const candidates = possible(operation, view);
  const named = candidates?.find(({ call }) => call.id === operation.toolCallId);
  if (!named || named.isContested || !agrees(named, operation)) return undefined;
  if (candidates?.some((other) => other !== named && agrees(other, operation))) return undefined;
  return { call: named, confidence: 'exact', evidence: ['the process carries the id of the tool call'] };
}

/** The only call under way in the assistant's process tree whose command does this. */
function byCommand(operation: OperationFact, view: SessionView): Match | undefined {
  const candidates = possible(operation, view);
  if (!candidates) return undefined;
  const started = candidates.filter((known) => startedBy(known, operation, view));
  if (started.length > 1) return undefined;
  const [known] = started.length === 1 ? started : candidates;
  if (!known || (started.length === 0 && candidates.length > 1) || known.isContested) return undefined;
  if (started.length === 1 && mayName(known, operation))
    return {
      call: known,
      confidence: 'command',
      evidence: ['a shell above this process runs the tool call’s command line'],
    };
  if (!agrees(known, operation)) return undefined;
  return {
    call: known,
    confidence: 'command',
    evidence: ['the command line does this, under the assistant’s process, while no other of its calls was under way'],
  };
}

/**
 * All calls that can have caused it: of the model client in its process tree, under way at that time, and able to start
 * a program. Undefined without evidence of the process: then nothing excludes a person or another assistant.
 */
function possible(operation: OperationFact, view: SessionView): KnownCall[] | undefined {
  const client = modelClient(operation.chain, view.clients);
  if (!client) return undefined;
  return view.calls.filter((known) => {
    const other = clientOf(known.exchange);
    const mayBeOfClient = other === undefined || other === client.id;
    return mayBeOfClient && canAct(known) && (wasOpen(known, operation) || mayLinger(known, operation));
  });
}

const canAct = ({ call }: KnownCall): boolean =>
  call.actions.length > 0 || (call.commandSha256s.length === 0 && !PASSIVE_TOOL.test(call.name));

/** Its command did not wait for what it started, which can act after the result was told. */
const mayLinger = ({ call, exchange }: KnownCall, { startedAt }: OperationFact): boolean =>
  exchange.answeredAt <= startedAt && call.actions.some(({ background }) => background);

/** The command line does what the operation is, by the program that did it. */
function agrees(known: KnownCall, operation: OperationFact): boolean {
  return known.call.actions.some((action) =>
    action.verb === 'git push'
      ? isPush(operation) && hasProgram(operation, /^git/) && namesRefs(action.refSha256s, operation)
      : action.verb.startsWith('gh ') && hasProgram(operation, /^gh$/),
  );
}

const isPush = ({ surface, operation }: OperationFact): boolean =>
  surface === 'git' && operation === 'git/receive-pack';

const hasProgram = ({ chain }: OperationFact, name: RegExp): boolean =>
  chain?.processes.some((process) => name.test(process.name)) ?? false;

/** Where the command names refs, these are the ones; where it names none, git's configuration decides. */
function namesRefs(refSha256s: readonly string[], { refs }: OperationFact): boolean {
  if (refSha256s.length === 0) return true;
  return refs.every(({ ref }) => refSha256s.includes(createHash('sha256').update(ref).digest('hex')));
}

/** A push by a call whose every push names other refs is not the call's. */
function mayName({ call }: KnownCall, operation: OperationFact): boolean {
  const named = call.actions.filter(({ verb }) => verb === 'git push');
  const isOpaque = call.actions.some(({ verb }) => verb === 'run');
  return !isPush(operation) || isOpaque || named.some(({ refSha256s }) => namesRefs(refSha256s, operation));
}

/** A shell between the operation's process and the assistant's runs exactly the call's command line. */
function startedBy({ call }: KnownCall, operation: OperationFact, view: SessionView): boolean {
  const client = modelClient(operation.chain, view.clients);
  const below: ProcessFact[] = operation.chain?.processes.slice(0, client?.depth ?? 0) ?? [];
  return below.some(({ scriptSha256 }) => scriptSha256 !== undefined && call.commandSha256s.includes(scriptSha256));
}

/** Where both processes are known they are one and the same. */
function isSameClient(known: KnownCall, operation: OperationFact, view: SessionView): boolean {
  const client = clientOf(known.exchange);
  if (client === undefined || !operation.chain) return true;
  return operation.chain.processes.length === 0 || modelClient(operation.chain, view.clients)?.id === client;
}
