import { HoldshortError } from '@holdshort/errors';
import type { HoldshortErrorOptions } from '@holdshort/errors';

export type GitProtocolCode = 'push_unreadable' | 'push_too_large' | 'request_malformed';

/** Bytes that are not the git protocol, or more of them than a limit allows. Rendered like any HoldshortError. */
export class GitProtocolError extends HoldshortError {
  constructor(code: GitProtocolCode, message: string, options: HoldshortErrorOptions = {}) {
    super(code, message, options);
  }
}

/** The push cannot be read in exactly one way; it is refused rather than passed unread. */
export const unreadable = (detail: string, options: HoldshortErrorOptions = {}): GitProtocolError =>
  new GitProtocolError('push_unreadable', `The push cannot be read: ${detail}.`, options);

export const tooLarge = (detail: string, advice: string): GitProtocolError =>
  new GitProtocolError('push_too_large', `The push is too large to inspect: ${detail}.`, { advice });

export const malformed = (detail: string, options: HoldshortErrorOptions = {}): GitProtocolError =>
  new GitProtocolError('request_malformed', `The git request is malformed: ${detail}.`, options);
