/** Stands in the built page where the nonce of each answer goes; see apps/console/vite.config.mjs. */
const PLACEHOLDER = /__HOLDSHORT_NONCE__/g;

/**
 * Scripts, pictures and calls from this server only, and nothing inline. Style elements need the nonce of this very
 * answer: the component library makes some at run time. A script gains nothing by it.
 */
export const consolePolicy = (nonce: string): string =>
  [
    "default-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

export const consolePage = (page: string, nonce: string): string => page.replace(PLACEHOLDER, nonce);

/** What stands at `/` where the console was not built. */
export const PLAIN_PAGE =
  '<!doctype html><html lang="en"><title>Holdshort</title><p>Holdshort control plane, without its console. API: <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</p></html>\n';
