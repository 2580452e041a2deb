import { constants } from 'node:os';
import { ControlPlaneRefusal } from '@holdshort/api-client';
import { toHoldshortError } from '@holdshort/errors';

/** Exit codes of every command: 0 ok, 1 refused or a failed check, 2 usage. */
export const EXIT = { ok: 0, refused: 1, usage: 2 } as const;

/** 128 + n for a signal, as shells report it. */
export const codeOfSignal = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/** What went wrong and what to do next; a fault of our own shows its message, for it runs on the reader's machine. */
export function explain(thrown: unknown): string {
  const error = toHoldshortError(thrown);
  const message = error.code === 'internal_error' && thrown instanceof Error ? thrown.message : error.message;
  const lines = [`holdshort: ${message}`, ...(error.advice === undefined ? [] : [error.advice]), ...callOf(error)];
  return lines.join('\n');
}

/** What a person quotes to whoever looks the refusal up. */
function callOf(error: unknown): string[] {
  const call = error instanceof ControlPlaneRefusal ? error.correlationId : undefined;
  return call !== undefined && /^[\w-]{1,64}$/.test(call) ? [`(call ${call})`] : [];
}
