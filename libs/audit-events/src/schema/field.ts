import type { ReasonCode } from '@holdshort/errors';

/** The part of JSON Schema (draft 2020-12) that event schemas are written in. */
export interface JsonSchema {
  $schema?: string;
  $id?: string;
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  title?: string;
  description?: string;
  type?: string | string[];
  const?: string | number;
  enum?: readonly string[];
  pattern?: string;
  format?: string;
  minimum?: number;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  patternProperties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  required?: readonly string[];
  anyOf?: readonly JsonSchema[];
  if?: JsonSchema;
  then?: JsonSchema;
  examples?: readonly unknown[];
}

/** The schema of one value; `T` is the type that it describes, so that the two cannot drift apart. */
export interface Field<T, Optional extends boolean = boolean> {
  readonly schema: JsonSchema;
  readonly optional: Optional;
  /** Never set: holds `T` in place for the compiler. */
  readonly describes?: (value: T) => T;
}

/** One field for each member of `T`, optional where the member is. */
export type FieldsOf<T> = {
  readonly [K in keyof T]-?: Field<Exclude<T[K], undefined>, undefined extends T[K] ? true : false>;
};

/** A field of any type. */
export interface AnyField {
  readonly schema: JsonSchema;
  readonly optional: boolean;
  readonly describes?: (value: never) => unknown;
}

/** The object that these fields describe. */
export type ValueOf<F extends Readonly<Record<string, AnyField>>> = {
  -readonly [K in keyof F as F[K]['optional'] extends true ? never : K]: FieldValue<F[K]>;
} & {
  -readonly [K in keyof F as F[K]['optional'] extends true ? K : never]?: FieldValue<F[K]>;
};

type FieldValue<F> = F extends Field<infer T> ? T : never;

const field = <T>(schema: JsonSchema): Field<T, false> => ({ schema, optional: false });

interface TextRules {
  pattern?: string;
  format?: 'date-time';
}

export const text = (description: string, rules: TextRules = {}): Field<string, false> =>
  field({ type: 'string', description, ...rules });

export const reasonCode = (description: string): Field<ReasonCode, false> => field({ type: 'string', description });

export const time = (description: string): Field<string, false> => text(description, { format: 'date-time' });

export const oneOf = <const V extends string>(description: string, ...values: readonly V[]): Field<V, false> =>
  field({ type: 'string', description, enum: values });

/** A whole number, from `minimum` on. */
export const whole = (description: string, minimum = 0): Field<number, false> =>
  field({ type: 'integer', description, minimum });

export const flag = (description: string): Field<boolean, false> => field({ type: 'boolean', description });

export const list = <T>(description: string, of: Field<T>): Field<T[], false> =>
  field({ type: 'array', description, items: of.schema });

export const map = <T>(description: string, of: Field<T>): Field<Record<string, T>, false> =>
  field({ type: 'object', description, additionalProperties: of.schema });

/** Members that are not named are let through: a reader keeps what is newer than itself. */
export const object = <T extends object>(description: string, fields: FieldsOf<T>): Field<T, false> =>
  field({ type: 'object', description, ...membersOf(fields) });

export const maybe = <T>({ schema }: Field<T, false>): Field<T, true> => ({ schema, optional: true });

export const orNull = <T>({ schema }: Field<T, false>): Field<T | null, false> =>
  field({ ...schema, type: [...[schema.type ?? []].flat(), 'null'] });

/** `properties` and `required` of an object with these fields. */
export function membersOf(fields: object): Pick<JsonSchema, 'properties' | 'required'> {
  const members = Object.entries(fields) as [string, AnyField][];
  const required = members.filter(([, { optional }]) => !optional).map(([name]) => name);
  return {
    properties: Object.fromEntries(members.map(([name, { schema }]) => [name, schema])),
    ...(required.length > 0 ? { required } : {}),
  };
}
