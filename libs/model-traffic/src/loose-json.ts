/** Readers of JSON that nobody vouches for: whatever is not as expected reads as absent. */
export type Loose = Record<string, unknown>;

export const asObject = (value: unknown): Loose | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : undefined;

export const asList = (value: unknown): unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

export const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const asCount = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

export const objectsOf = (value: unknown): Loose[] =>
  asList(value)
    .map(asObject)
    .filter((entry) => entry !== undefined);

export function parseLoose(text: string): Loose | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}
