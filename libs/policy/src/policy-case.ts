import type { IntentAction, Surface } from '@holdshort/github-operations';
import type { DecisionInput, DecisionPrincipal, DecisionRepository, RefChange } from './decision-input.js';
import { splitRepositoryName } from './place-names.js';
import { noUsage, type Usage, type UsagePer } from './usage.js';

/** One question with its answer, stored with a set. Only what matters is written; see docs/policy.md for the defaults. */
export interface PolicyCase {
  name: string;
  /** `assistant` by default. */
  kind?: DecisionPrincipal['kind'];
  login?: string;
  /** Groups of the engineer. */
  groups?: readonly string[];
  tool?: string;
  action: IntentAction;
  surface?: Surface;
  /** `owner/name`, of another GitHub with its host before; left out, the call is about the account itself, or about `owner`. */
  repository?: string;
  owner?: string;
  visibility?: DecisionRepository['visibility'];
  /** Short name of the default branch; `main` by default. */
  default_branch?: string;
  /** Fully qualified. */
  protected_refs?: readonly string[];
  /** Repository sets that the repository is in, beside those of the set itself. */
  sets?: readonly string[];
  archived?: boolean;
  ref?: string;
  paths?: readonly string[];
  path_classes?: readonly string[];
  commits?: number;
  bytes?: number;
  findings?: readonly string[];
  tainted?: boolean;
  break_glass?: boolean;
  /** Counted in the hour before; measures that are left out are 0. */
  usage?: Partial<Record<UsagePer, Partial<Usage>>>;
  /** ISO 8601; a Wednesday morning by default. */
  at?: string;
  /** Gates that people have opened. */
  gates?: readonly string[];
  expect: CaseExpectation;
}

export interface CaseExpectation {
  effect: 'allow' | 'deny' | 'hold';
  /** Exactly these policies decide. */
  policies?: readonly string[];
  /** What an observing set would have done. */
  observed?: 'deny' | 'hold';
}

const DEFAULT_AT = '2026-11-18T10:00:00Z';

function principalOf(asked: PolicyCase): DecisionPrincipal {
  const { kind = 'assistant', login = 'engineer', groups = [], tool = 'copilot' } = asked;
  const who = { kind, id: `case-${login}`, login, sub: login, groups: [...groups] };
  return kind === 'assistant' ? { ...who, tool } : who;
}

function repositoryOf(asked: PolicyCase): DecisionRepository | undefined {
  const named = splitRepositoryName(asked.repository ?? '');
  if (!named) return undefined;
  const defaultBranch = asked.default_branch ?? 'main';
  return {
    ...named,
    id: '1',
    defaultBranch,
    visibility: asked.visibility ?? 'private',
    archived: asked.archived ?? false,
    protectedRefs: [...(asked.protected_refs ?? [`refs/heads/${defaultBranch}`])],
    sets: [...(asked.sets ?? [])],
  };
}

const KINDS: Partial<Record<IntentAction, RefChange['kind']>> = {
  'ref.create': 'create',
  'ref.update': 'update',
  'ref.force': 'force',
  'ref.delete': 'delete',
};

/** The ref change as git would bring it; the other surfaces leave it to the intent. */
function pushOf(asked: PolicyCase): RefChange | undefined {
  const kind = KINDS[asked.action];
  if (kind === undefined || asked.ref === undefined) return undefined;
  return {
    ref: asked.ref,
    kind,
    isDefault: false,
    isProtected: false,
    commits: asked.commits ?? 1,
    files: asked.paths?.length ?? 0,
    bytes: asked.bytes ?? 0,
    pathClasses: [...(asked.path_classes ?? [])],
    secrets: 0,
  };
}

function usageOf({ usage }: PolicyCase): Record<UsagePer, Usage> {
  return {
    session: { ...noUsage(), ...usage?.session },
    engineer: { ...noUsage(), ...usage?.engineer },
  };
}

function targetOf({ owner, ref, paths }: PolicyCase, repository: DecisionRepository | undefined) {
  const named = repository
    ? { owner: repository.owner, repo: repository.name }
    : { account: true, ...(owner === undefined ? {} : { owner }) };
  return {
    ...named,
    ...(ref === undefined ? {} : { ref }),
    ...(paths === undefined ? {} : { paths: [...paths] }),
  };
}

/** The whole question that a case stands for. */
export function caseInput(asked: PolicyCase): DecisionInput {
  const repository = repositoryOf(asked);
  const push = pushOf(asked);
  return {
    principal: principalOf(asked),
    intent: { action: asked.action, target: targetOf(asked, repository) },
    surface: asked.surface ?? 'rest',
    operation: 'case',
    method: 'POST',
    ...(repository ? { repository } : {}),
    ...(push ? { push } : {}),
    findings: asked.findings ?? [],
    session: {
      id: 'case',
      humanPresent: asked.kind === 'human',
      tainted: asked.tainted ?? false,
      breakGlass: asked.break_glass ?? false,
    },
    usage: usageOf(asked),
    now: new Date(asked.at ?? DEFAULT_AT),
    gatesOpen: [...(asked.gates ?? [])],
  };
}
