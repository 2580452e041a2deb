import { preparsePolicySet, preparseSchema, type CheckParseAnswer } from '@cedar-policy/cedar-wasm/nodejs';
import { HoldshortError } from '@holdshort/errors';

/** What Cedar must have parsed before it can be asked. */
export interface CedarProgram {
  schema: string;
  access: Record<string, string>;
  obligations: Record<string, string>;
}

export interface CedarSlot {
  schema: string;
  access: string;
  obligations: string;
}

/**
 * Cedar keeps what it parsed under a name and never forgets it, so names come from a fixed pool:
 * the active set, its predecessor while a call is under way, and candidates of tests and simulations.
 */
const POOL_SIZE = 8;

const slots: { name: CedarSlot; program?: CedarProgram; used: number }[] = Array.from(
  { length: POOL_SIZE },
  (_, n) => ({
    name: { schema: `schema-${n}`, access: `access-${n}`, obligations: `obligations-${n}` },
    used: 0,
  }),
);
let clock = 0;

function must(answer: CheckParseAnswer): void {
  if (answer.type === 'failure')
    throw new HoldshortError('policy_error', 'A checked policy set could not be prepared.');
}

function leastRecentlyUsed(): (typeof slots)[number] {
  return slots.reduce((oldest, slot) => (slot.used < oldest.used ? slot : oldest));
}

function install(program: CedarProgram): (typeof slots)[number] {
  const slot = leastRecentlyUsed();
  // Emptied first: a failure half way must not leave a slot that mixes two sets.
  delete slot.program;
  must(preparseSchema(slot.name.schema, program.schema));
  must(preparsePolicySet(slot.name.access, { staticPolicies: program.access }));
  must(preparsePolicySet(slot.name.obligations, { staticPolicies: program.obligations }));
  slot.program = program;
  return slot;
}

/** The names under which Cedar knows the program; parses it again where its slot was taken since. */
export function slotOf(program: CedarProgram): CedarSlot {
  const slot = slots.find((entry) => entry.program === program) ?? install(program);
  slot.used = ++clock;
  return slot.name;
}
