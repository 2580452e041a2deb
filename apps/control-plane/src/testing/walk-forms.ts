/** Fills in the identity provider's pages as a browser would: every form of the way, with cookies. */
export async function walkForms(start: string, typed: Record<string, string>): Promise<void> {
  const jar = new Map<string, string>();
  let url = new URL(start);
  const send = async (target: URL, body?: URLSearchParams): Promise<string> => {
    url = target;
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(target, {
      method: body ? 'POST' : 'GET',
      body: body ?? null,
      headers: { cookie },
      redirect: 'manual',
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location !== null) return send(new URL(location, url));
    if (!answer.ok) throw new Error(`${target.pathname} answered ${String(answer.status)}`);
    return answer.text();
  };
  let page = await send(url);
  for (let form = formOf(page); form !== undefined; form = formOf(page)) {
    for (const [name, value] of Object.entries(typed)) if (form.fields.has(name)) form.fields.set(name, value);
    page = await send(new URL(form.action, url), new URLSearchParams([...form.fields]));
  }
}

const unescape = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
const attribute = (tag: string, name: string): string =>
  unescape(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '');

function formOf(page: string): { action: string; fields: Map<string, string> } | undefined {
  const form = /<form\b[^>]*>/.exec(page)?.[0];
  if (form === undefined) return undefined;
  const inputs = [...page.matchAll(/<input\b[^>]*>/g)].map(
    ([tag]) => [attribute(tag, 'name'), attribute(tag, 'value')] as const,
  );
  return { action: attribute(form, 'action'), fields: new Map(inputs) };
}
