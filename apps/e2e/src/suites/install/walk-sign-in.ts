const attribute = (tag: string, name: string): string => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '';

const decode = (text: string): string =>
  text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");

/** A person with a browser at the local provider: opens the address, types, confirms, form after form. */
export async function walkSignIn(start: string, typed: Record<string, string>): Promise<void> {
  const cookies = new Map<string, string>();
  let url = new URL(start);
  const open = async (target: URL, body?: URLSearchParams): Promise<string> => {
    url = target;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { method: body ? 'POST' : 'GET', body, headers: { cookie }, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const next = answer.headers.get('location');
    return next === null ? answer.text() : open(new URL(next, url));
  };
  for (let page = await open(url), n = 0; n < 8; n += 1) {
    const form = /<form\b[^>]*>/.exec(page)?.[0];
    if (form === undefined) return;
    const fields = [...page.matchAll(/<input\b[^>]*>/g)].map(([tag]): [string, string] => {
      const name = attribute(tag, 'name');
      return [name, typed[name] ?? decode(attribute(tag, 'value'))];
    });
    page = await open(new URL(decode(attribute(form, 'action')), url), new URLSearchParams(fields));
  }
  throw new Error('the sign-in pages do not end');
}
