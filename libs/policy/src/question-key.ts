import { buildRequest, type CedarRequest, type Unjudgeable } from './build-request.js';
import type { CedarSelection } from './cedar-slots.js';
import { openGates, type DecisionBook } from './decide.js';
import type { DecisionInput } from './decision-input.js';
import { scopeQuestion } from './scope-question.js';
import { looksAt, type PolicyReads } from './context-reads.js';

interface Mask {
  /** Names the selection; equal for equal policies. */
  id: string;
  principal: boolean;
  keeps(path: string): boolean;
}

/** All that a selection of policies looks at. */
function maskOf({ policies }: CedarSelection, reads: ReadonlyMap<string, PolicyReads>, id: string): Mask {
  const all = Object.keys(policies).flatMap((policy) => reads.get(policy) ?? []);
  const known = new Map<string, boolean>();
  return {
    id,
    principal: all.some(({ principal }) => principal),
    keeps: (path) => {
      const kept = known.get(path) ?? all.some((one) => looksAt(one, path));
      known.set(path, kept);
      return kept;
    },
  };
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !('__extn' in value);

/** The value without the leaves that nothing looks at. That a record is there at all always stays. */
function kept(value: unknown, path: string, mask: Mask): unknown {
  if (!isPlain(value)) return value;
  const entries = Object.entries(value)
    .map(([name, entry]): [string, unknown] => [path === '' ? name : `${path}.${name}`, entry])
    .filter(([below, entry]) => isPlain(entry) || mask.keeps(below))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([below, entry]) => [below, kept(entry, below, mask)]);
}

/** Makes keys of questions: two questions with one key have the same effect and the same deciding policies. */
export class QuestionKeys {
  private readonly masks = new WeakMap<CedarSelection, Mask>();
  private count = 0;

  constructor(private readonly reads: ReadonlyMap<string, PolicyReads>) {}

  keyOf(request: CedarRequest | Unjudgeable, select: (request: CedarRequest) => CedarSelection): string {
    if ('reason' in request) return request.reason;
    const mask = this.maskOf(select(request));
    const { principal, action, resource, context, entities } = request;
    // No policy can name a single principal, so only its kind counts; see closed-words.ts.
    const others = entities.flatMap((entity) =>
      JSON.stringify(entity.uid) === JSON.stringify(principal)
        ? [[entity.parents.map((parent) => JSON.stringify(parent)).sort(), mask.principal ? entity.attrs : null]]
        : [],
    );
    const resources = entities.filter((entity) => JSON.stringify(entity.uid) === JSON.stringify(resource));
    return JSON.stringify([mask.id, principal.type, others, action.id, resources, kept(context, '', mask)]);
  }

  private maskOf(selection: CedarSelection): Mask {
    const known = this.masks.get(selection);
    if (known) return known;
    const made = maskOf(selection, this.reads, String(++this.count));
    this.masks.set(selection, made);
    return made;
  }
}

/** @throws RangeError for an invalid date */
export const questionKey = (book: DecisionBook, keys: QuestionKeys, input: DecisionInput): string =>
  keys.keyOf(buildRequest(input, openGates(book, input), book.zone), (request) =>
    book.select.access(scopeQuestion(request, book.actions)),
  );
