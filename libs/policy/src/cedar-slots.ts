import { preparsePolicySet, preparseSchema, type CheckParseAnswer } from '@cedar-policy/cedar-wasm/nodejs';
import { HoldshortError } from '@holdshort/errors';

/** Policies by id that Cedar is asked about together. Known by identity, so make one object per selection. */
export interface CedarSelection {
  policies: Record<string, string>;
  /** The policies were chosen for one scope and have no conditions: all of them match, without asking. */
  allMatch: boolean;
}

/** A schema that Cedar has parsed or will parse. Known by identity. */
export interface CedarSchema {
  text: string;
}

function must(answer: CheckParseAnswer): void {
  if (answer.type === 'failure')
    throw new HoldshortError('policy_error', 'A checked policy set could not be prepared.');
}

interface Slot<T> {
  name: string;
  holds?: T;
  used: number;
}

let clock = 0;

/**
 * Cedar keeps what it parsed under a name and never forgets it, so names come from a fixed pool,
 * and the name that was used longest ago is taken again.
 */
function pool<T extends object>(kind: string, size: number, parse: (name: string, value: T) => CheckParseAnswer) {
  const slots: Slot<T>[] = Array.from({ length: size }, (_, n) => ({ name: `${kind}-${n}`, used: 0 }));
  const held = new Map<T, Slot<T>>();
  const install = (value: T): Slot<T> => {
    const slot = slots.reduce((oldest, entry) => (entry.used < oldest.used ? entry : oldest));
    // Emptied first: a failure half way must not leave a name that stands for something else.
    if (slot.holds) held.delete(slot.holds);
    delete slot.holds;
    must(parse(slot.name, value));
    slot.holds = value;
    held.set(value, slot);
    return slot;
  };
  return (value: T): string => {
    const slot = held.get(value) ?? install(value);
    slot.used = ++clock;
    return slot.name;
  };
}

/** The active set, its predecessor while a call is under way, and candidates of tests and simulations. */
const SCHEMAS = 8;
/** One per selection of policies that share a scope; a set of ordinary size has 20 to 60 of them in use. */
const SELECTIONS = 128;

/** The name under which Cedar knows the schema; parses it again where its name was taken since. */
export const schemaName = pool<CedarSchema>('schema', SCHEMAS, (name, { text }) => preparseSchema(name, text));

/** The name under which Cedar knows the policies; parses them again where their name was taken since. */
export const selectionName = pool<CedarSelection>('policies', SELECTIONS, (name, { policies }) =>
  preparsePolicySet(name, { staticPolicies: policies }),
);
