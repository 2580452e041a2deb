const HASH = /^[0-9a-f]{64}$/;
const KID = /^[A-Za-z0-9_-]{43}$/;
const SIGNATURE = /^[A-Za-z0-9_-]{86}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

export type Fields = Record<string, unknown>;
export type Rule = (value: unknown) => boolean;

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Without control characters: such a text would change where it is shown or compared. */
export const isName: Rule = (value) => typeof value === 'string' && /^[^\0-\x1f\x7f]{1,200}$/.test(value);
export const isHash: Rule = (value) => typeof value === 'string' && HASH.test(value);
export const isKid: Rule = (value) => typeof value === 'string' && KID.test(value);
export const isSignature: Rule = (value) => typeof value === 'string' && SIGNATURE.test(value);
export const isSeq: Rule = (value) => Number.isSafeInteger(value) && Number(value) >= 1;
export const isFlag: Rule = (value) => typeof value === 'boolean';
export const isTime: Rule = (value) =>
  typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value));
export const is =
  (wanted: string | number): Rule =>
  (value) =>
    value === wanted;
export const optional =
  (rule: Rule): Rule =>
  (value) =>
    value === undefined || rule(value);

/** Name of the first field that breaks its rule, or that no rule knows: a signature covers what is read, all of it. */
export function misfit(fields: Fields, rules: Readonly<Record<string, Rule>>): string | undefined {
  const broken = Object.entries(rules).find(([name, rule]) => !rule(fields[name]));
  return broken?.[0] ?? Object.keys(fields).find((name) => !Object.hasOwn(rules, name));
}
