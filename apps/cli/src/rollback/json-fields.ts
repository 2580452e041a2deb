/** Members of an answer of GitHub, read without believing its form. */
export type Fields = Readonly<Record<string, unknown>>;

export const record = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

export const records = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(record) : []);

export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

export function numberOf(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

/** 40 or 64 hex digits. */
export function shaOf(fields: Fields, name: string): string | undefined {
  const value = textOf(fields, name);
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) ? value : undefined;
}
