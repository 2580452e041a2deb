import type { Request } from 'express';
import { newId } from '../random-id.js';

const correlations = new WeakMap<Request, string>();

/** The caller's correlation id where it is a plain one, else a new one; the same for the whole request. */
export function correlationOf(request: Request): string {
  const known = correlations.get(request);
  if (known !== undefined) return known;
  const given = request.headers['x-correlation-id'];
  const id = typeof given === 'string' && /^[A-Za-z0-9_-]{8,64}$/.test(given) ? given : newId('cor');
  correlations.set(request, id);
  return id;
}
