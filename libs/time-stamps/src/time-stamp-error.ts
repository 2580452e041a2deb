/** What came is no time stamp that counts; the message says why and begins in lower case. */
export class TimeStampError extends Error {}
