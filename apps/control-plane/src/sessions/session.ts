import type { Plain } from '../database/plain.js';
import type { SessionEntity } from './session.entity.js';

/** One engineer using one assistant in one workspace for one stretch of time, as other features see it. */
export type Session = Plain<SessionEntity>;
