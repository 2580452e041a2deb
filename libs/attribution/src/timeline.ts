import type { AuditEvent } from '@holdshort/audit-events';
import { attribute } from './attribute.js';
import { factsOfEvents } from './facts-of-events.js';
import { operationNode, type Confidence } from './graph.js';
import { pathsTo } from './paths-to-commit.js';

export type TimelineKind = 'session' | 'prompt' | 'answer' | 'call' | 'read' | 'write' | 'hold' | 'refused' | 'other';

/** One thing that happened in a session. */
export interface TimelineEntry {
  time: string;
  kind: TimelineKind;
  /** For people; holds names and ids, never a prompt's text. */
  title: string;
  details: string[];
  /** The event that says so. */
  eventId: string;
  promptSha256?: string;
  cause?: { confidence: Confidence; promptSha256: string; evidence: string[] };
  human?: string;
}

/** A session's events as what happened, in order: prompts, calls of tools, decisions, holds, pushes, outcomes. */
export function timelineOf(events: readonly AuditEvent[]): TimelineEntry[] {
  const graph = attribute(factsOfEvents(events));
  const seenPrompts = new Set<string>();
  const humans = new Map(graph.nodes.map(({ id, human }) => [id, human]));
  return [...events]
    .sort((a, b) => (a.time === b.time ? a.seq - b.seq : a.time < b.time ? -1 : 1))
    .flatMap((event) => {
      if (event.type === 'model.exchange') return exchangeEntries(event, seenPrompts);
      const [path] = pathsTo(graph, operationNode(event.id));
      const human = humans.get(operationNode(event.id));
      return [
        {
          ...entryOf(event),
          ...(path ? { cause: causeOf(path.nodes[0] ?? '', path.confidence, path.edges.at(-1)?.evidence ?? []) } : {}),
          ...(human === undefined ? {} : { human }),
        },
      ];
    });
}

const causeOf = (prompt: string, confidence: Confidence, evidence: string[]) => ({
  confidence,
  promptSha256: prompt.split(':').at(-1) ?? '',
  evidence,
});

function exchangeEntries(event: AuditEvent, seen: Set<string>): TimelineEntry[] {
  const { model } = event;
  if (!model) return [];
  const prompt = model.prompt_sha256;
  const begun = new Date(Date.parse(event.time) - model.duration_ms).toISOString();
  const isNew = prompt !== undefined && !seen.has(prompt);
  if (prompt !== undefined) seen.add(prompt);
  const tokens = [model.input_tokens ?? 0, model.output_tokens ?? 0].join(' + ');
  return [
    ...(isNew
      ? [
          {
            ...entry(event, 'prompt', `prompt of ${model.prompt_bytes ?? 0} bytes`, []),
            ...{ time: begun, promptSha256: prompt },
          },
        ]
      : []),
    entry(event, 'answer', `${model.name ?? 'a model'} answered`, [
      `${tokens} tokens, ${model.duration_ms} ms${model.complete ? '' : ', cut off'}`,
      ...[model.request_unparsed, model.answer_unparsed].flatMap((why) =>
        why === undefined ? [] : [`unread: ${why}`],
      ),
    ]),
    ...model.calls.map(({ id, name, actions = [] }) =>
      entry(event, 'call', `asks for ${name}`, [id, ...actions.map(({ verb }) => verb)]),
    ),
  ];
}

const entry = (event: AuditEvent, kind: TimelineKind, title: string, details: string[]): TimelineEntry => ({
  time: event.time,
  kind,
  title,
  details,
  eventId: event.id,
});

function kindOf({ type, decision, phase, outcome }: AuditEvent): TimelineKind {
  if (type.startsWith('session.')) return 'session';
  if (type.startsWith('approval.') || (decision?.effect === 'hold' && outcome !== 'success')) return 'hold';
  if (type === 'call.refused' || outcome === 'refused') return 'refused';
  if (type === 'call.read') return 'read';
  return type === 'call.write' || phase === 'outcome' ? 'write' : 'other';
}

function entryOf(event: AuditEvent): TimelineEntry {
  const { request, target, decision, error, phase } = event;
  const what = request?.operation ?? event.type;
  const title = [phase === 'attempt' ? `${what} (attempt)` : what, target?.repo].filter((part) => part).join(' on ');
  const pushed = (event.push ?? []).flatMap(({ ref, old, new: next, kind, paths = [], result }) => [
    `${kind} ${ref} ${old.slice(0, 12)}..${next.slice(0, 12)}${result === undefined ? '' : `: ${result}`}`,
    ...paths.map((path) => `  ${path}`),
  ]);
  const findings = (event.findings ?? []).map(({ rule, path, line }) => `found ${rule} in ${path}:${line}`);
  const decided = decision
    ? [`${decision.effect} by ${decision.rules.join(', ') || 'no policy'} [${decision.reason.join(' ')}]`]
    : [];
  return entry(event, kindOf(event), title, [
    ...pushed,
    ...findings,
    ...decided,
    ...(error ? [`${error.code}: ${error.message}`] : []),
    ...(event.outcome === undefined ? [] : [event.outcome]),
  ]);
}
