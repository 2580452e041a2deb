/** An event is sealed within the call that it records, and carries its id from then; a day covers the longest hold. */
export const MAX_ID_SKEW_MS = 86_400_000;

/** Milliseconds since the epoch at which a UUIDv7 was made (RFC 9562, section 5.7: its first 48 bits). */
export const idTimeMs = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/** Whether an event of this time may have this id: the store looks for an id only around the time in it. */
export const isIdOfTime = (id: string, ms: number): boolean => Math.abs(idTimeMs(id) - ms) <= MAX_ID_SKEW_MS;
