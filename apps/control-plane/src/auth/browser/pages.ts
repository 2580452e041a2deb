const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for HTML, attributes included. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

/** One page of ours. `body` is HTML, `title` too. */
export const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${title}</title></head><body><main><h1>${title}</h1>${body}</main></body></html>\n`;

/** Who is signed in, and the way out. */
export function accountPage(about: { login: string; email: string; roles: readonly string[]; csrf: string }): string {
  const { login, email, roles, csrf } = about;
  const mail = email === '' ? '' : ` (${escapeHtml(email)})`;
  return page(
    'Holdshort',
    `<p>Signed in as <strong>${escapeHtml(login)}</strong>${mail}.</p>` +
      `<p>Roles: ${roles.length === 0 ? 'none' : roles.map(escapeHtml).join(', ')}.</p>` +
      `<form method="post" action="/api/v1/auth/browser-logout"><input type="hidden" name="csrf" value="${escapeHtml(csrf)}">` +
      '<button type="submit">Sign out</button></form>',
  );
}

/** Which identity provider, where there are several. */
export const issuersPage = (names: readonly string[], returnTo: string): string =>
  page(
    'Sign in',
    `<p>Choose your identity provider.</p><ul>${names
      .map((name) => {
        const query = new URLSearchParams({ issuer: name, return_to: returnTo });
        return `<li><a href="/api/v1/auth/login?${escapeHtml(query.toString())}">${escapeHtml(name)}</a></li>`;
      })
      .join('')}</ul>`,
  );

export const signedOutPage = (): string =>
  page('Signed out', '<p>You are signed out of Holdshort.</p><p><a href="/api/v1/auth/login">Sign in again</a></p>');
