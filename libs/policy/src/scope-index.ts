import type { CedarSelection } from './cedar-slots.js';
import {
  scopeMatches,
  type PolicyScope,
  type ScopeLine,
  type ScopeQuestion,
  type ScopeSubject,
} from './policy-scope.js';

export interface IndexedPolicy {
  id: string;
  text: string;
  scope: PolicyScope;
  /** Has a `when` or an `unless`. */
  conditional: boolean;
}

/** Remembered answers; a deployment asks far fewer kinds of question, and forgetting them costs one look-up each. */
const REMEMBERED = 10_000;

type Dimension = keyof PolicyScope;
/** From the most to the least selective in practice: many repositories, some groups, a closed list of actions. */
const DIMENSIONS: readonly Dimension[] = ['resource', 'principal', 'action'];

/**
 * Finds the policies whose head fits a question, so that Cedar, whose cost grows with every policy of a set, gets
 * only those. What it leaves out could not have matched: Cedar evaluates the head first and stops there.
 */
export class ScopeIndex {
  private readonly buckets = new Map<string, number[]>();
  private readonly everywhere: number[] = [];
  private readonly named: Record<Dimension, ReadonlySet<string>>;
  private readonly remembered = new Map<string, CedarSelection>();
  private readonly selections = new Map<string, CedarSelection>();

  constructor(private readonly policies: readonly IndexedPolicy[]) {
    this.named = {
      principal: namesOf(policies, 'principal'),
      action: namesOf(policies, 'action'),
      resource: namesOf(policies, 'resource'),
    };
    policies.forEach(({ scope }, n) => {
      this.place(scope, n);
    });
  }

  /** The same object for the same policies, so that Cedar parses them once. */
  select(question: ScopeQuestion): CedarSelection {
    const signature = this.signatureOf(question);
    const known = this.remembered.get(signature);
    if (known) return known;
    const found = this.selectionOf(this.matching(question));
    if (this.remembered.size >= REMEMBERED) this.forget();
    this.remembered.set(signature, found);
    return found;
  }

  /** Positions of the fitting policies, in order. */
  private matching(question: ScopeQuestion): number[] {
    const buckets = DIMENSIONS.flatMap((dimension) =>
      [...question[dimension].ancestors].map((key) => this.buckets.get(`${dimension} ${key}`) ?? []),
    );
    const fitting = [this.everywhere, ...buckets].flat().filter((n) => {
      const policy = this.policies[n];
      return policy !== undefined && scopeMatches(policy.scope, question);
    });
    return [...new Set(fitting)].sort((a, b) => a - b);
  }

  private selectionOf(positions: readonly number[]): CedarSelection {
    const key = positions.join(',');
    const known = this.selections.get(key);
    if (known) return known;
    const chosen = positions.flatMap((n) => this.policies[n] ?? []);
    const made = {
      policies: Object.fromEntries(chosen.map(({ id, text }) => [id, text])),
      allMatch: chosen.every(({ conditional }) => !conditional),
    };
    this.selections.set(key, made);
    return made;
  }

  private forget(): void {
    this.remembered.clear();
    this.selections.clear();
  }

  /** All of the question that can make a difference: ancestors that no policy names do not. */
  private signatureOf({ principal, action, resource }: ScopeQuestion): string {
    const part = (subject: ScopeSubject, dimension: Dimension): string[] =>
      [...subject.ancestors].filter((key) => this.named[dimension].has(key)).sort();
    return JSON.stringify([
      principal.type,
      part(principal, 'principal'),
      part(action, 'action'),
      resource.type,
      part(resource, 'resource'),
      // An exact line looks at the self alone.
      this.named.principal.has(principal.self) ? principal.self : '',
      this.named.resource.has(resource.self) ? resource.self : '',
    ]);
  }

  private place(scope: PolicyScope, position: number): void {
    const dimension = DIMENSIONS.find((name) => scope[name].entities !== undefined);
    const entities = dimension === undefined ? undefined : scope[dimension].entities;
    if (dimension === undefined || entities === undefined) return void this.everywhere.push(position);
    for (const entity of new Set(entities)) {
      const key = `${dimension} ${entity}`;
      const bucket = this.buckets.get(key);
      if (bucket) bucket.push(position);
      else this.buckets.set(key, [position]);
    }
  }
}

function namesOf(policies: readonly IndexedPolicy[], dimension: Dimension): ReadonlySet<string> {
  const lines: ScopeLine[] = policies.map(({ scope }) => scope[dimension]);
  return new Set(lines.flatMap(({ entities }) => entities ?? []));
}
