import type { Identity } from '../auth/identity.js';

/** Who did something to a version. */
export interface PolicyActor {
  idp: string;
  sub: string;
  login: string;
}

export const actorOf = ({ idp, sub, login }: Identity): PolicyActor => ({ idp, sub, login });
