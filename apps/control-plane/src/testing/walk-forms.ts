import { Browser } from './browser.js';

/** Fills in the identity provider's pages as a new browser would. */
export async function walkForms(start: string, typed: Record<string, string>): Promise<void> {
  const { status, url } = await new Browser().walk(start, typed);
  if (status >= 400) throw new Error(`${url.pathname} answered ${String(status)}`);
}
