import type { Intent, IntentAction, Target } from '@holdshort/github-operations';
import type { DecisionInput, DecisionPrincipal, DecisionRepository, RefChange } from './decision-input.js';

/** People of the embedded stack, as tests name them. */
const GROUPS: Record<string, string[]> = {
  alice: ['eng'],
  bob: ['eng'],
  sam: ['security'],
  carol: ['admins'],
  dave: ['auditors'],
  mallory: [],
};

export function principal(kind: DecisionPrincipal['kind'], login: string): DecisionPrincipal {
  const base = { kind, id: `s-${login}`, login, sub: login, groups: GROUPS[login] ?? [] };
  return kind === 'assistant' ? { ...base, tool: 'copilot' } : base;
}

export function repository(name: string): DecisionRepository {
  const [owner = '', short = ''] = name.split('/');
  return {
    owner,
    name: short,
    id: '1',
    defaultBranch: 'main',
    visibility: short === 'site' ? 'public' : 'private',
    archived: false,
    protectedRefs: ['refs/heads/main', 'refs/heads/release/1'],
    sets: short === 'payments' ? ['prod'] : [],
  };
}

export interface Asked {
  who: DecisionPrincipal;
  action: IntentAction;
  repo?: string;
  target?: Target;
  push?: Partial<RefChange>;
  gates?: string[];
  findings?: string[];
}

const PUSH: RefChange = {
  ref: 'refs/heads/topic',
  kind: 'update',
  isDefault: false,
  isProtected: false,
  commits: 1,
  files: 1,
  bytes: 100,
  pathClasses: [],
  secrets: 0,
};

/** A whole decision input from the few words that matter in a test. */
export function input({ who, action, repo, target = {}, push, gates = [], findings }: Asked): DecisionInput {
  const [owner, name] = repo?.split('/') ?? [];
  const named: Target = owner === undefined || name === undefined ? { account: true } : { owner, repo: name };
  const intent: Intent = { action, target: { ...named, ...target } };
  return {
    principal: who,
    intent,
    surface: 'rest',
    operation: 'test/operation',
    method: 'POST',
    ...(repo === undefined ? {} : { repository: repository(repo) }),
    ...(push === undefined ? {} : { push: { ...PUSH, ...push } }),
    ...(findings === undefined ? {} : { findings }),
    session: { id: who.id, humanPresent: who.kind === 'human' },
    now: new Date('2026-11-18T10:00:00Z'),
    gatesOpen: gates,
  };
}
