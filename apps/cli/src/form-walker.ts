import { HoldshortError } from '@holdshort/errors';

const unescapeHtml = (text: string): string =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '',
  );

const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return found === undefined ? undefined : unescapeHtml(found);
};

interface Form {
  action: string;
  fields: Map<string, string>;
}

/** The first form of a page: where it goes, and what it would send if nothing were typed. */
function readForm(page: string): Form | undefined {
  const form = /<form\b[^>]*>/.exec(page)?.[0];
  if (form === undefined) return undefined;
  const fields = new Map<string, string>();
  for (const [tag] of page.matchAll(/<input\b[^>]*>/g)) {
    const name = attribute(tag, 'name');
    if (name !== undefined) fields.set(name, attribute(tag, 'value') ?? '');
  }
  return { action: attribute(form, 'action') ?? '', fields };
}

/** Pages of one sign-in: code, confirmation, login; with room for one more, and an end for a loop. */
const MAX_PAGES = 8;
const MAX_REDIRECTS = 8;

/** Fills in and submits forms as a browser does, with cookies, on one origin only. */
export class FormWalker {
  private readonly cookies = new Map<string, string>();
  private readonly origin: string;
  private url: URL;

  constructor(start: string) {
    this.url = new URL(start);
    this.origin = this.url.origin;
  }

  /**
   * Opens the start page and submits form after form, `typed` into the fields of these names, until a page has none.
   * @throws HoldshortError `not_authenticated` where a page refuses
   */
  async walk(typed: Readonly<Record<string, string>>): Promise<void> {
    let page = await this.open(this.url);
    for (let n = 0; n < MAX_PAGES; n += 1) {
      const form = readForm(page);
      if (form === undefined) return;
      for (const [name, value] of Object.entries(typed)) if (form.fields.has(name)) form.fields.set(name, value);
      page = await this.open(new URL(form.action, this.url), new URLSearchParams([...form.fields]));
    }
    throw new HoldshortError('not_authenticated', 'The sign-in pages of the identity provider do not come to an end.');
  }

  private async open(target: URL, body?: URLSearchParams): Promise<string> {
    let response = await this.request(target, body);
    for (let n = 0; n < MAX_REDIRECTS && response.headers.has('location'); n += 1) {
      await response.body?.cancel();
      response = await this.request(new URL(response.headers.get('location') ?? '', this.url));
    }
    const page = await response.text();
    if (!response.ok)
      throw new HoldshortError(
        'not_authenticated',
        alertOf(page) ?? `The identity provider answered ${response.status}.`,
      );
    return page;
  }

  private async request(target: URL, body?: URLSearchParams): Promise<Response> {
    if (target.origin !== this.origin)
      throw new HoldshortError('not_authenticated', 'The sign-in leads away from the local provider.');
    this.url = target;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(target, {
      method: body ? 'POST' : 'GET',
      body: body ?? null,
      headers: { cookie },
      redirect: 'manual',
    });
    for (const line of response.headers.getSetCookie()) this.keepCookie(line);
    return response;
  }

  private keepCookie(line: string): void {
    const [, name, value] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) this.cookies.set(name, value);
  }
}

const alertOf = (page: string): string | undefined => {
  const text = /role="alert">([^<]+)</.exec(page)?.[1];
  return text === undefined ? undefined : unescapeHtml(text);
};
