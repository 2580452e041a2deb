/** A browser as far as signing in needs one: cookies by host, redirects, forms. */
export class Browser {
  private readonly jars = new Map<string, Map<string, string>>();
  /** Every address that it was sent to, in order. */
  readonly visited: string[] = [];

  /** One request, its redirect not followed. */
  async send(target: string | URL, init: RequestInit = {}): Promise<Response> {
    const url = new URL(target);
    this.visited.push(url.href);
    const cookie = [...this.jarOf(url)].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = new Headers(init.headers);
    if (cookie !== '') headers.set('cookie', cookie);
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) this.keep(url, line);
    return answer;
  }

  /** As somebody who follows redirects. @returns the last answer, its address and text */
  async open(target: string | URL, init: RequestInit = {}): Promise<{ url: URL; status: number; page: string }> {
    let url = new URL(target);
    let answer = await this.send(url, init);
    for (let location = answer.headers.get('location'); location !== null; location = answer.headers.get('location')) {
      url = new URL(location, url);
      answer = await this.send(url);
    }
    return { url, status: answer.status, page: await answer.text() };
  }

  /** Opens an address and sends every form that comes, filled in with what is typed. */
  async walk(target: string | URL, typed: Readonly<Record<string, string>>) {
    let at = await this.open(target);
    for (let form = formOf(at.page); form !== undefined; form = formOf(at.page)) {
      for (const [name, value] of Object.entries(typed)) if (form.fields.has(name)) form.fields.set(name, value);
      const body = new URLSearchParams([...form.fields]);
      if (form.fields.has('csrf')) return at; // our own page: what is on it is for the test to press
      at = await this.open(new URL(form.action, at.url), { method: 'POST', body });
    }
    return at;
  }

  cookie(origin: string | URL, name: string): string | undefined {
    return this.jarOf(new URL(origin)).get(name);
  }

  setCookie(origin: string | URL, name: string, value: string): void {
    this.jarOf(new URL(origin)).set(name, value);
  }

  private keep(url: URL, line: string): void {
    const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
    if (/max-age=0/i.test(line)) this.jarOf(url).delete(name);
    else this.jarOf(url).set(name, value);
  }

  /** The embedded provider and the control plane are two ports of one host; cookies of one must not hide a fault of the other. */
  private jarOf({ host }: URL): Map<string, string> {
    const known = this.jars.get(host) ?? new Map<string, string>();
    this.jars.set(host, known);
    return known;
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
