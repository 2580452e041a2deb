import type { CommandResult } from './demo-shell.js';
import { eventually, expect } from './deviation.js';
import type { Scene, Stage } from './scenes.js';

/** The fields of an audit event that the demo shows. */
interface ShownEvent {
  id: string;
  type: string;
  phase: string;
  time: string;
  session_id?: string;
  human?: { login: string };
  ai?: { tool: string };
  decision?: { effect: string; policy_version: string; reason: string[] };
  approval?: { id: string; approvers: string[] };
  push?: { ref: string; old: string; new: string; kind: string; result?: string }[];
  request?: { operation: string };
  outcome?: string;
}

const AUDITOR = 'dave';
/** Events take well under a second to the store; through a cold Kafka consumer some seconds. */
const EVENTS_WITHIN_MS = 30_000;

async function eventsOf({ shell }: Stage, session: string): Promise<ShownEvent[]> {
  const result = await shell.holdshort(AUDITOR, 'audit', 'search', '--session', session, '--json');
  expect(result.code === 0, 'audit search exits 0', `exit ${result.code}\n${result.stderr}`);
  return result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ShownEvent);
}

/** All events of a closed session are there once its end is: the agent's before it, the control plane's with it. */
const isComplete = (scene: Scene, events: ShownEvent[]): boolean =>
  events.some((event) => event.type === 'session.closed') &&
  deciding(scene, events).length > 0 &&
  withoutOutcome(events) === 0;

const withoutOutcome = (events: ShownEvent[]): number =>
  events.filter((event) => event.phase === 'attempt').length -
  events.filter((event) => event.phase === 'outcome').length;

/** Events that carry the decision (and the refs) that the scene is about. */
const deciding = (scene: Scene, events: ShownEvent[]): ShownEvent[] =>
  events.filter((event) => {
    const { ref } = scene;
    const moved = event.push?.some(
      (change) => change.ref === ref?.ref && change.old === ref.old && change.new === ref.new,
    );
    return event.decision?.effect === scene.effect && (ref === undefined || moved === true);
  });

async function awaitEvents(stage: Stage, scene: Scene): Promise<ShownEvent[]> {
  let events: ShownEvent[] = [];
  const short = ({ type, phase, decision, outcome }: ShownEvent): string =>
    `${type}/${phase} ${decision?.effect ?? ''} ${outcome ?? ''}`;
  const ask = async (): Promise<ShownEvent[] | undefined> => {
    events = await eventsOf(stage, scene.session);
    return isComplete(scene, events) ? events : undefined;
  };
  return eventually(ask, {
    expected: `all events of ${scene.title}, one with the decision ${scene.effect}`,
    found: () => events.map(short).join('\n') || 'no event',
    withinMs: EVENTS_WITHIN_MS,
  });
}

const describeRefs = (event: ShownEvent): string[] =>
  (event.push ?? []).map((change) =>
    `    ${change.kind} ${change.ref} ${change.old} -> ${change.new} ${change.result ?? ''}`.trimEnd(),
  );

function describe(event: ShownEvent): string {
  const phase = event.phase === 'single' ? '' : `/${event.phase}`;
  const decided =
    event.decision &&
    `${event.decision.effect} [${event.decision.reason.join(' ')}] policy ${event.decision.policy_version.slice(0, 19)}`;
  const approved = event.approval && `${event.approval.id} by ${event.approval.approvers.join(', ') || 'nobody yet'}`;
  const who = `${event.human?.login ?? '-'}${event.ai === undefined ? '' : ` with ${event.ai.tool}`}`;
  const parts = [
    event.time.slice(11, 23),
    `${event.type}${phase}`,
    who,
    event.request?.operation,
    decided,
    approved,
    event.outcome,
  ];
  return [parts.filter((part) => part !== undefined && part !== '').join('  '), ...describeRefs(event)].join('\n');
}

/** Shows the events of a scene, and checks that they say who, what, under which policy and with which result. */
export async function showEvents(stage: Stage, scene: Scene): Promise<void> {
  const events = await awaitEvents(stage, scene);
  stage.narrator.say(`\nEvents of ${scene.title}, session ${scene.session}:`);
  for (const event of events) stage.narrator.quote(describe(event));
  for (const event of deciding(scene, events)) {
    expect(event.human?.login === 'alice', `engineer alice in event ${event.id}`, event.human?.login ?? 'none');
    expect(
      event.session_id === scene.session,
      `session ${scene.session} in event ${event.id}`,
      event.session_id ?? 'none',
    );
    expect((event.decision?.policy_version ?? '') !== '', `a policy version in event ${event.id}`, 'none');
  }
}

interface Verdict {
  chains: string;
  events: number;
  number_of_chains?: number;
  outcomes: { attempts: number; outcomes: number };
}

/** Chains whole, and each attempt with its outcome; what is still under way gets time to arrive. */
export async function verifyTrail({ shell, narrator }: Stage): Promise<void> {
  narrator.heading('The trail is whole');
  narrator.command('holdshort audit verify');
  const ask = async (): Promise<CommandResult | undefined> => {
    const answer = await shell.holdshort(AUDITOR, 'audit', 'verify', '--json');
    return answer.code === 2 ? undefined : answer;
  };
  const result = await eventually(ask, {
    expected: 'each attempt with its outcome',
    found: () => 'attempts without one (audit verify exits 2)',
    withinMs: EVENTS_WITHIN_MS,
  });
  expect(result.code === 0, 'audit verify exits 0', `exit ${result.code}\n${result.stdout}${result.stderr}`);
  const verdict = JSON.parse(result.stdout) as Verdict;
  const { attempts, outcomes } = verdict.outcomes;
  expect(
    attempts >= 3 && attempts === outcomes,
    'at least three attempts, each with its outcome',
    `${attempts} and ${outcomes}`,
  );
  narrator.success(
    `${verdict.events} events in ${verdict.number_of_chains ?? 0} chains, ${attempts} attempts, each with its outcome`,
  );
}
