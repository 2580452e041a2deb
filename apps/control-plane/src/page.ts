import { HoldshortError } from '@holdshort/errors';

export interface Page<T> {
  items: T[];
  /** Opaque; null at the end. */
  next: string | null;
}

/** Place in a list that is ordered by time and id. */
export interface Place {
  at: Date;
  id: string;
}

/** Cuts `limit + 1` rows to a page; the extra one tells that there is more. */
export function pageOf<T>(rows: T[], limit: number, placeOf: (row: T) => Place): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? writeCursor(placeOf(last)) : null };
}

const writeCursor = ({ at, id }: Place): string =>
  Buffer.from(JSON.stringify([at.getTime(), id])).toString('base64url');

/** @throws HoldshortError `request_malformed` for a cursor that did not come from here */
export function readCursor(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(value) && Number.isSafeInteger(value[0]) && typeof value[1] === 'string') {
      return { at: new Date(value[0] as number), id: value[1] };
    }
  } catch (cause) {
    throw new HoldshortError('request_malformed', 'The cursor cannot be read.', { cause });
  }
  throw new HoldshortError('request_malformed', 'The cursor cannot be read.');
}
