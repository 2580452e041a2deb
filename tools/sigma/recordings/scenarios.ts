import type { EventFields, EventPushRef, EventRequest } from '@holdshort/audit-events';
import { exampleEvent } from '@holdshort/audit-events';
import type { Changes, Step } from './recorder.js';

/** What a rule must see, and what looks like it and is not. */
export interface Scenario {
  /** RFC 3339, of both recordings. */
  start?: string;
  positive: readonly Step[];
  negative: readonly Step[];
}

export const START = '2026-01-31T09:00:00.000Z';

const times = (count: number, step: (n: number) => Step): Step[] => Array.from({ length: count }, (_, n) => step(n));

const [PUSHED] = exampleEvent('call.write').push ?? [];
const WRITE = exampleEvent('call.write').request;
const READ = exampleEvent('call.read').request;

const push = (change: Partial<EventPushRef>): EventPushRef[] => (PUSHED ? [{ ...PUSHED, ...change }] : []);
const request = (change: Partial<EventRequest>): EventFields['request'] => WRITE && { ...WRITE, ...change };
const refused = (code: 'policy_forbids' | 'foreign_credential' | 'session_missing' | 'host_unknown'): Changes => ({
  outcome: 'refused',
  error: { code, message: 'Refused.' },
});

const ADA = { sub: '248289761044', login: 'ada', idp: 'https://idp.acme.example' };
const write = (minute: number, but: Changes = {}): Step => ({ minute, type: 'call.write', but });

const forced = (minute: number, but: Changes = {}): Step => write(minute, { push: push({ kind: 'force' }), ...but });

const secret = (minute: number, path: string, but: Changes = {}): Step =>
  write(minute, {
    ...refused('policy_forbids'),
    findings: [{ rule: 'aws-access-key', severity: 'block', kind: 'secret', path, line: 3, fingerprint: 'fp_71c2' }],
    ...but,
  });

const admin = (minute: number, but: Changes = {}): Step => ({
  minute,
  type: 'call.refused',
  but: {
    ...refused('policy_forbids'),
    session_id: 'ses_77ab',
    target: { host: 'github.com', repo: 'acme/app' },
    request: request({
      class: 'admin',
      operation: 'repos/create-deploy-key',
      intents: ['repo.admin'],
      surface: 'rest',
    }),
    ...but,
  },
});

const nobody = (minute: number, but: Changes = {}): Step => ({
  minute,
  type: 'call.refused',
  but: { ...refused('session_missing'), target: { host: 'github.com', repo: 'acme/app' }, request: WRITE, ...but },
});

const unknownHost = (minute: number, but: Changes = {}): Step => ({
  minute,
  type: 'call.refused',
  but: { ...refused('host_unknown'), ...but },
});

const clone = (minute: number, repo: string, but: Changes = {}): Step => ({
  minute,
  type: 'call.read',
  but: {
    target: { host: 'github.com', repo },
    request: READ && { ...READ, surface: 'git', operation: 'git/upload-pack', method: 'POST' },
    ...but,
  },
});

const tunnel = (minute: number, host: string): Step => ({ minute, type: 'tunnel.opened', but: { target: { host } } });

const exported = (minute: number, own: boolean): Step => ({
  minute,
  type: 'audit.exported',
  but: { detail: { filters: 'since=2026', order: 'asc', limit: 500, own_only: own } },
});

const activated = (minute: number, version: string, but: Changes = {}): Step => ({
  minute,
  type: 'policy.activated',
  but: { detail: { policy_version: version, previous: 'pol_0', name: 'balanced', reason: 'wip/*' }, ...but },
});

const reviewed = (minute: number, version: string, approve: boolean): Step => ({
  minute,
  type: 'policy.reviewed',
  but: { detail: { policy_version: version, approve, note: 'read' } },
});

const saved = (minute: number, version: string, but: Changes = {}): Step => ({
  minute,
  type: 'policy.saved',
  but: { detail: { policy_version: version, name: 'balanced', note: 'wip/*' }, ...but },
});

const granted = (minute: number, by: string): Step => ({
  minute,
  type: 'approval.granted',
  but: {
    detail: { operation: 'git/receive-pack', policy_version: 'pol_1', call_correlation_id: 'a2f7', answered_by: by },
  },
});

const headRefused = (reason: string): Step => ({
  minute: 1,
  type: 'audit.head_refused',
  but: { detail: { agent_id: 'agt_3kq0', reason } },
});

const settings = (changed: string, first = false): Step => ({
  minute: 1,
  type: 'config.changed',
  but: { detail: { process: 'agent', changed, first_start: first } },
});

const agentRefused = (minute: number, agent?: string): Step => ({
  minute,
  type: 'access.refused',
  but: {
    ...(agent === undefined ? {} : { human: undefined }),
    detail: { route: 'AgentService.Decide', ...(agent === undefined ? {} : { agent_id: agent }) },
  },
});

const revoked: Step = { minute: 5, type: 'agent.revoked' };

/** File of a rule -> its recordings. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  force_push_wave: {
    positive: [
      ...times(4, (n) => forced(n, { push: push({ kind: 'force', ref: `refs/heads/fix-${n}` }) })),
      write(5, { push: push({ kind: 'delete' }), ...refused('policy_forbids') }),
    ],
    negative: [
      ...times(4, (n) => forced(n)),
      forced(20),
      ...times(5, (n) => forced(n, { session_id: `ses_${n}` })),
      ...times(9, (n) => write(n)),
      ...times(9, (n) => forced(n, { phase: 'attempt', outcome: undefined, session_id: 'ses_attempts' })),
    ],
  },
  secret_refused_then_pushed_again: {
    positive: [
      secret(0, 'config/aws.env'),
      secret(4, 'docs/notes.txt', {
        request: request({ surface: 'rest', operation: 'repos/create-or-update-file-contents' }),
      }),
    ],
    negative: [
      secret(0, 'config/aws.env'),
      secret(90, 'config/aws.env'),
      secret(1, 'config/aws.env', { session_id: 'ses_other' }),
      write(3),
      ...times(3, (n) =>
        secret(n, 'notes.md', {
          session_id: 'ses_warned',
          findings: [
            { rule: 'entropy', severity: 'warn', kind: 'secret', path: 'notes.md', line: 1, fingerprint: 'fp_2' },
          ],
        }),
      ),
    ],
  },
  off_hours_burst: {
    start: '2026-01-31T02:10:00.000Z',
    positive: times(30, (n) => write(n)),
    negative: [
      ...times(29, (n) => write(n)),
      ...times(40, (n) => write(n, { human: ADA, ai: undefined })),
      ...times(40, (n) => write(480 + n)),
      ...times(40, (n) => write(n, { human: { ...ADA, sub: '9' }, ...refused('policy_forbids') })),
    ],
  },
  denied_administration: {
    positive: [
      admin(0),
      admin(1, { request: request({ class: 'destructive', operation: 'repos/delete' }) }),
      write(2, { ...refused('policy_forbids'), request: request({ class: 'secretful' }) }),
    ],
    negative: [
      admin(0),
      admin(1),
      admin(15),
      ...times(5, (n) => admin(n, { request: WRITE })),
      ...times(5, (n) => write(n, { request: request({ class: 'admin' }), session_id: 'ses_person' })),
    ],
  },
  foreign_token: {
    positive: [{ minute: 0, type: 'call.refused', but: refused('foreign_credential') }],
    negative: [nobody(0), admin(1), { minute: 2, type: 'call.refused' }, write(3)],
  },
  unattributed_writes: {
    positive: times(5, (n) => nobody(n * 10)),
    negative: [
      ...times(4, (n) => nobody(n)),
      ...times(5, (n) => ({ ...nobody(n), agent: `agt_${n}` })),
      ...times(9, (n) => ({ ...nobody(n, { request: READ }), agent: 'agt_reads' })),
      ...times(9, (n) => ({ ...admin(n), agent: 'agt_named' })),
    ],
  },
  chain_head_refused: { positive: [headRefused('forked')], negative: [headRefused('malformed')] },
  chain_cut_short: {
    positive: times(5, (n) => ({ minute: n * 3, type: 'agent.started', boot: n, agent: 'agt_3kq0' })),
    negative: [
      ...times(9, (n): Step => ({ minute: n * 5, type: 'agent.started', boot: n, agent: 'agt_3kq0' })),
      ...times(9, (n): Step => ({ minute: n, type: 'agent.started', agent: `agt_${n}` })),
    ],
  },
  recovered_write: {
    positive: [
      write(0, {
        outcome: 'unknown',
        detail: { recovered: true, attempt_id: '019c', resolved_by: 'the ref at GitHub' },
      }),
    ],
    negative: [write(0), write(1, { outcome: 'unknown' })],
  },
  approval_by_newcomer: {
    positive: [
      { minute: 0, type: 'auth.groups_changed', but: { human: { ...ADA, login: 'sam' } } },
      granted(120, 'sam'),
    ],
    negative: [
      { minute: 0, type: 'auth.groups_changed', but: { human: ADA } },
      granted(120, 'sam'),
      granted(1500, 'ada'),
      { minute: 130, type: 'auth.groups_changed', but: { human: { ...ADA, login: 'sam' } } },
    ],
  },
  policy_activated_by_its_author: {
    positive: [saved(0, 'pol_1'), activated(10, 'pol_1')],
    negative: [
      saved(0, 'pol_1'),
      activated(10, 'pol_1', { human: ADA }),
      activated(11, 'pol_0'),
      saved(12, 'pol_2'),
      activated(13, 'pol_2', { human: undefined }),
    ],
  },
  policy_activated_after_rejection: {
    positive: [saved(0, 'pol_1'), reviewed(5, 'pol_1', false), activated(10, 'pol_1')],
    negative: [reviewed(0, 'pol_1', true), activated(1, 'pol_1'), reviewed(2, 'pol_2', false), activated(3, 'pol_3')],
  },
  unknown_hosts: {
    positive: times(10, (n) => unknownHost(n)),
    negative: [
      ...times(9, (n) => unknownHost(n)),
      ...times(10, (n): Step => ({ ...unknownHost(n), agent: `agt_${n}` })),
      ...times(20, (n): Step => ({ ...nobody(n / 10), agent: 'agt_known' })),
    ],
  },
  tunnel_to_code_host: {
    positive: [tunnel(0, 'pastebin.com'), tunnel(1, 'evil.ngrok.io')],
    negative: [tunnel(0, 'registry.npmjs.org'), tunnel(1, 'notpastebin.com'), clone(2, 'acme/gitlab.com')],
  },
  break_glass: {
    positive: [
      { minute: 0, type: 'auth.break_glass_created' },
      { minute: 1, type: 'auth.break_glass_used' },
      { minute: 2, type: 'policy.break_glass' },
    ],
    negative: [
      { minute: 0, type: 'auth.login' },
      { minute: 1, type: 'kill.lifted' },
    ],
  },
  mass_clone: {
    positive: times(20, (n) => clone(n * 2, `acme/repo-${n}`)),
    negative: [
      ...times(19, (n) => clone(n, `acme/repo-${n}`)),
      ...times(40, (n) => clone(n, 'acme/repo-0')),
      ...times(40, (n) => clone(n * 10, `acme/repo-${n}`, { session_id: 'ses_slow' })),
      ...times(40, (n) => clone(n, `acme/repo-${n}`, { session_id: 'ses_looks', request: READ })),
    ],
  },
  legal_hold_released: {
    positive: [{ minute: 0, type: 'audit.hold_released' }],
    negative: [
      { minute: 0, type: 'audit.hold_placed' },
      { minute: 1, type: 'audit.hold_released', but: { outcome: 'failed' } },
    ],
  },
  guard_lowered: {
    positive: [settings('HOLDSHORT_LOG_LEVEL HOLDSHORT_AGENT_SCAN_ALLOW_PATHS')],
    negative: [settings('HOLDSHORT_LOG_LEVEL'), settings('HOLDSHORT_AGENT_SCAN_ALLOW_PATHS', true)],
  },
  revoked_agent_calls: {
    positive: [revoked, { ...clone(30, 'acme/app'), agent: 'agt_3kq0' }],
    negative: [
      { ...clone(1, 'acme/app'), agent: 'agt_3kq0' },
      revoked,
      { ...clone(30, 'acme/app'), agent: 'agt_other' },
    ],
  },
  revoked_agent_asks: {
    positive: [revoked, agentRefused(6, 'agt_3kq0')],
    negative: [agentRefused(1, 'agt_3kq0'), revoked, agentRefused(7, 'agt_other'), agentRefused(8)],
  },
  sign_in_guessing: {
    positive: [
      ...times(6, (n): Step => ({ minute: n / 4, type: 'auth.refused' })),
      ...times(4, (n): Step => ({ minute: 2 + n / 4, type: 'agent.enrolment_refused' })),
    ],
    negative: [
      ...times(9, (n): Step => ({ minute: n / 4, type: 'auth.refused' })),
      ...times(9, (n): Step => ({ minute: 20 + n, type: 'agent.join_refused' })),
      ...times(20, (n): Step => ({ minute: n / 10, type: 'auth.login' })),
    ],
  },
  trail_copied_out: {
    positive: times(40, (n) => exported(n, false)),
    negative: [...times(39, (n) => exported(n, false)), ...times(60, (n) => exported(n / 2, true))],
  },
};
