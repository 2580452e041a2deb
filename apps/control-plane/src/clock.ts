/** Injection token of the clock, so that expiry can be tested without waiting. */
export const CLOCK = Symbol('clock');

export type Clock = () => Date;

export const secondsLater = (from: Date, seconds: number): Date => new Date(from.getTime() + seconds * 1000);
