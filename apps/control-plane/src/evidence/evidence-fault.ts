/** Evidence that GitHub did not take. The text names no token and no answer of GitHub: it is stored and recorded. */
export class NotWritten extends Error {
  override readonly name = 'NotWritten';

  constructor(
    message: string,
    /** Trying again does not help: `always`; perhaps soon: `soon`, as what was pushed may not be seen everywhere yet. */
    readonly isFinal: 'always' | 'soon' | 'never' = 'never',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** @throws NotWritten for every status but these */
export function requireStatus(what: string, status: number, ...good: number[]): void {
  if (good.includes(status)) return;
  const isOurs = status >= 400 && status < 500 && status !== 401 && status !== 408 && status !== 429;
  throw new NotWritten(`GitHub did not let Holdshort ${what} (status ${String(status)}).`, isOurs ? 'soon' : 'never');
}
