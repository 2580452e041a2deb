import { HoldshortError } from '@holdshort/errors';
import type { Request, Response } from 'express';
import passport from 'passport';
import type { Vouched } from '../oidc-client.js';
import type { BrowserLoginStrategy } from './browser-login-strategy.js';

const refused = (cause?: unknown): HoldshortError =>
  new HoldshortError('not_authenticated', 'The sign-in was refused.', {
    advice: 'Start it again; if it stays, tell the platform team.',
    cause,
  });

/** Sends the browser to the identity provider. */
export function redirectToProvider(
  strategy: BrowserLoginStrategy,
  request: Request,
  response: Response,
): Promise<void> {
  return new Promise((resolve, reject) => {
    response.once('close', resolve);
    run(strategy, request, response, (error) => {
      reject(asRefusal(error));
    });
  });
}

/** @throws HoldshortError `not_authenticated` for whatever the strategy does not take */
export function finishAtProvider(
  strategy: BrowserLoginStrategy,
  request: Request,
  response: Response,
): Promise<Vouched> {
  return new Promise((resolve, reject) => {
    run(strategy, request, response, (error, vouched) => {
      if (vouched) resolve(vouched);
      else reject(asRefusal(error));
    });
  });
}

function run(
  strategy: BrowserLoginStrategy,
  request: Request,
  response: Response,
  done: (error: unknown, vouched?: Vouched | false) => void,
): void {
  const middleware = passport.authenticate(strategy, { session: false }, done) as (
    request: Request,
    response: Response,
    next: (error?: unknown) => void,
  ) => void;
  middleware(request, response, done);
}

const asRefusal = (error: unknown): HoldshortError => (error instanceof HoldshortError ? error : refused(error));
