import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { HoldshortError } from '@holdshort/errors';
import type { Request } from 'express';
import type { Identity } from '../auth/identity.js';

const callers = new WeakMap<Request, Identity>();

export const rememberCaller = (request: Request, identity: Identity): void => {
  callers.set(request, identity);
};

export const callerOf = (request: Request): Identity | undefined => callers.get(request);

/** The signed-in person whom the guard let through. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Identity => {
  const identity = callerOf(context.switchToHttp().getRequest<Request>());
  if (!identity) throw new HoldshortError('not_authenticated', 'Sign in first.');
  return identity;
});

/** As `Caller`, undefined where the launcher's secret opened the way. */
export const CallerOrLauncher = createParamDecorator((_: unknown, context: ExecutionContext): Identity | undefined =>
  callerOf(context.switchToHttp().getRequest<Request>()),
);

/** The token of an `Authorization: Bearer` header; the scheme compares without case (RFC 9110, 11.1). Tokens of pods reach 3 kB. */
export function bearerOf(request: Request): string | undefined {
  return /^bearer ([\x21-\x7e]{1,8192})$/i.exec(request.headers.authorization ?? '')?.[1];
}
