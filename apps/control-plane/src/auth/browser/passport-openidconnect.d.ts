/** What of passport-openidconnect 0.1.2 is used here; the package brings no types. */
declare module 'passport-openidconnect' {
  import type { Request } from 'express';
  import { Strategy as PassportStrategy } from 'passport';

  type Done<T extends unknown[]> = (error: unknown, ...values: T) => void;

  export interface StateStore {
    store(request: Request, context: object, appState: unknown, meta: object, done: Done<[string]>): void;
    verify(request: Request, state: string, done: Done<[{ nonce: string } | false, unknown?]>): void;
  }

  export interface StrategyOptions {
    issuer: string;
    authorizationURL: string;
    tokenURL: string;
    clientID: string;
    clientSecret: string;
    callbackURL: string;
    scope: string;
    skipUserProfile: boolean;
    store: StateStore;
  }

  export type Verify = (
    ...given: [issuer: string, profile: object, context: object, idToken: string, done: Done<[object?, object?]>]
  ) => void;

  export default class OpenIDConnectStrategy extends PassportStrategy {
    constructor(options: StrategyOptions, verify: Verify);
    protected _oauth2: {
      getOAuthAccessToken(
        code: string,
        parameters: Record<string, string>,
        done: Done<[string?, string?, { id_token?: string }?]>,
      ): void;
    };
    authorizationParams(options: object): Record<string, string>;
  }
}
