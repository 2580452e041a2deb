export type Scalar = string | number | boolean | null;

/** What is matched: any JSON object. */
export type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/**
 * The values at a dotted path. Lists are walked through, as SIEMs do that flatten JSON: `push.kind` are the kinds of all
 * refs of a push. Empty where there is nothing; an explicit null is a value.
 */
export const fieldValues = (event: Json, path: string): Scalar[] => at(event, path).filter(isScalar);

/** Whether there is anything but null at the path, be it an object. */
export const fieldExists = (event: Json, path: string): boolean =>
  at(event, path).some((value) => value !== null && value !== undefined);

const at = (event: Json, path: string): unknown[] =>
  path
    .split('.')
    .reduce<unknown[]>(
      (holders, key) =>
        holders.flatMap((holder) => (isObject(holder) && Object.hasOwn(holder, key) ? spread(holder[key]) : [])),
      [event],
    );

const spread = (value: unknown): unknown[] => (Array.isArray(value) ? value.flatMap(spread) : [value]);

export const isScalar = (value: unknown): value is Scalar =>
  value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
