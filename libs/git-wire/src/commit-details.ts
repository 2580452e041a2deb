import { assistantMarks, trailersOf } from './assistant-marks.js';
import type { Trailer } from './assistant-marks.js';
import type { Commit } from './git-objects.js';

export interface Person {
  name: string;
  email: string;
  /** Seconds since 1970 as the commit claims; undefined where it claims no number. */
  time?: number;
}

/** A commit that a push brings. Everything in it is the client's own claim. */
export interface CommitDetails {
  id: string;
  parents: string[];
  author: Person;
  committer: Person;
  /** A signature header is there; it is not verified. */
  signed: boolean;
  /** First line of the message, at most 200 characters. */
  subject: string;
  trailers: Trailer[];
  /** Assistants whose marks it bears: see `assistantMarks`. */
  assistants: string[];
}

export function commitDetails(id: string, commit: Commit): CommitDetails {
  return {
    id,
    parents: commit.parents,
    author: personOf(commit.author),
    committer: personOf(commit.committer),
    signed: commit.signed,
    subject: (commit.message.trimStart().split('\n', 1)[0] ?? '').slice(0, 200),
    trailers: trailersOf(commit.message),
    assistants: assistantMarks(commit),
  };
}

/** `Name <mail> seconds zone`; what is not so is a name. */
export function personOf(text: string): Person {
  const match = /^(.*?) ?<([^<>]*)>(?: (-?\d{1,12}) [+-]\d{4})?\s*$/.exec(text.slice(0, 1000));
  if (!match) return { name: text.slice(0, 200), email: '' };
  const [, name = '', email = '', time] = match;
  return {
    name: name.slice(0, 200),
    email: email.slice(0, 254),
    ...(time === undefined ? {} : { time: Number(time) }),
  };
}
