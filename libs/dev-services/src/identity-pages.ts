const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:4rem auto;padding:0 1rem}' +
  'label,input,button{display:block;width:100%;box-sizing:border-box;font:inherit}input,button{padding:.5rem;margin:.25rem 0 1rem}' +
  '[role=alert]{color:#a40000}code{font-size:1.5rem}';

const page = (title: string, body: string): string =>
  `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${title}</title><style>${STYLE}</style></head><body><main><h1>${title}</h1>${body}</main></body></html>`;

const alert = (message: string | undefined): string =>
  message === undefined ? '' : `<p role="alert">${escapeHtml(message)}</p>`;

export const loginPage = (action: string, problem?: string): string =>
  page(
    'Sign in',
    `<p>Local identity provider of the embedded stack. The password is the login.</p>${alert(problem)}` +
      `<form method="post" action="${escapeHtml(action)}">` +
      '<label for="login">Login</label><input id="login" name="login" autocomplete="username" required autofocus>' +
      '<label for="password">Password</label>' +
      '<input id="password" name="password" type="password" autocomplete="current-password" required>' +
      '<button type="submit">Sign in</button></form>',
  );

/** `form` is the provider's own, with its token against forged requests; it names its field only by a placeholder. */
export const userCodePage = (form: string, problem?: string): string =>
  page(
    'Connect a device',
    alert(problem) +
      form.replace('name="user_code"', 'name="user_code" aria-label="Code shown by your device"') +
      '<button type="submit" form="op.deviceInputForm">Continue</button>',
  );

export const confirmCodePage = (form: string, client: string, code: string): string =>
  page(
    'Confirm the device',
    `<p><strong>${escapeHtml(client)}</strong> shows this code:</p><p><code>${escapeHtml(code)}</code></p>` +
      `<p>Stop here if you did not ask for it.</p>${form}` +
      '<button type="submit" form="op.deviceConfirmForm">Continue</button>' +
      '<button type="submit" form="op.deviceConfirmForm" name="abort" value="yes">Stop</button>',
  );

/** `form` is the provider's own; `logout` in it ends the sign-in at the provider too. */
export const signOutPage = (form: string): string =>
  page(
    'Sign out',
    `<p>Sign out of the identity provider too?</p>${form}` +
      '<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>',
  );

export const signedInPage = (): string =>
  page('Signed in', '<p>You can close this page and go back to your terminal.</p>');

export const problemPage = (problem: string): string => page('Sign-in failed', alert(problem));

export const signedOutPage = (): string => page('Signed out', '<p>You are signed out of the identity provider.</p>');
