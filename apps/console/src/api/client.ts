import { ApiClient, ControlPlaneRefusal } from '@holdshort/api-client';

let csrf: string | undefined;

/** As `GET /auth/me` gave it; it changes with each sign-in. */
export const rememberCsrf = (token: string | undefined): void => {
  csrf = token;
};

/** The control plane that this page came from, as whoever its cookie says. */
export const api = new ApiClient(globalThis.location.origin, undefined, () => csrf);

export const isSignedOut = (error: unknown): boolean => error instanceof ControlPlaneRefusal && error.status === 401;
