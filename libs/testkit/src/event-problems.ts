import { EVENT_TYPES, eventSchema, strictSchema, type EventType } from '@holdshort/audit-events';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/;

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, formats: { 'date-time': DATE_TIME } });
const validators = new Map<EventType, ValidateFunction>();

function validatorOf(type: EventType): ValidateFunction {
  const known = validators.get(type);
  if (known) return known;
  const made = ajv.compile(strictSchema(eventSchema(type)));
  validators.set(type, made);
  return made;
}

const isKnown = (type: unknown): type is EventType => typeof type === 'string' && Object.hasOwn(EVENT_TYPES, type);

/** What is wrong with an emitted event by the schema of its type, as `type place message`; empty where nothing is. */
export function eventProblems(event: { type?: unknown }): string[] {
  const { type } = event;
  if (!isKnown(type)) return [`${String(type)} is not in the catalogue`];
  const validate = validatorOf(type);
  if (validate(event)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [type, instancePath, message, JSON.stringify(params)].join(' '),
  );
}

/** @throws Error that lists what is wrong, each problem once */
export function requireValidEvents(events: Iterable<{ type?: unknown }>): void {
  const problems = new Set([...events].flatMap(eventProblems));
  if (problems.size > 0) throw new Error(`events do not hold to their schemas:\n${[...problems].join('\n')}`);
}
