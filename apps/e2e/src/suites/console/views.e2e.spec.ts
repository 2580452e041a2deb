import { ConsoleBrowser, describeWithBrowser, type Visitor } from '../../harness/console-browser.js';
import { said } from '../../harness/execute.js';
import { Stack } from '../../harness/stack.js';

const EVERY = ['Overview', 'Approvals', 'Grants', 'Sessions', 'Audit', 'Policies', 'API tokens'];
const VIEWS: Record<string, string[]> = {
  alice: EVERY,
  sam: [...EVERY, 'Kept records', 'Agents', 'Access'],
  dave: [...EVERY, 'Kept records', 'Agents', 'Access'],
  carol: [...EVERY, 'Kept records', 'Agents', 'Access'],
};
const PLACES = [
  '/',
  '/approvals?state=all',
  '/grants',
  '/sessions?state=all',
  '/audit',
  '/records',
  '/policies',
  '/agents',
  '/access',
  '/tokens',
];
const LOOKS = [
  { name: 'small-light', width: 360, height: 740, scheme: 'light' },
  { name: 'large-dark', width: 1600, height: 1000, scheme: 'dark' },
] as const;

/** A browser beside a whole stack, on a busy machine. */
const LIMIT_MS = 180_000;

describeWithBrowser('the views of the console', () => {
  let stack: Stack;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    stack = await Stack.start({ env: { HOLDSHORT_HOLD_WINDOW_SECONDS: '5' } });
    browser = await ConsoleBrowser.start(stack.dev.console);
    await stack.signIn('alice', 'sam');
    // something to look at: calls, a push, a refused one
    await stack.git('alice', ['clone', 'https://github.com/acme/app.git', stack.workFile('app')]);
    const push = await stack.script(
      'alice',
      'git config user.email alice@example.test && git config user.name alice && git commit -q --allow-empty -m 1 && git push -q origin HEAD:refs/heads/topic/seen && ! git push -q origin HEAD:main',
      { cwd: stack.workFile('app') },
    );
    expect(said(push)).toBe('ok');
    await stack.events((all) => all.filter(({ type }) => type === 'call.write').length >= 2);
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  const placesOf = async ({ page }: Visitor): Promise<string[]> =>
    (await page.getByRole('navigation', { name: 'Views' }).getByRole('link').allInnerTexts()).map(
      (text) => text.split('\n')[0] ?? '',
    );

  it.each(Object.entries(VIEWS))(
    '%s finds the views of their roles, and no other',
    async (login, views) => {
      const visitor = await browser.signedIn(login);
      expect((await placesOf(visitor)).sort()).toEqual([...views].sort());
      expect(visitor.complaints).toEqual([]);
      await visitor.page.context().close();
    },
    LIMIT_MS,
  );

  it(
    'somebody without a role is told so, and may leave',
    async () => {
      const visitor = await browser.signedIn('mallory');
      await visitor.page.getByText('none of your groups gives a role').waitFor();
      expect(await visitor.barriers()).toEqual([]);
      await visitor.shot('no-access');
      await visitor.page.context().close();
    },
    LIMIT_MS,
  );

  it(
    'a view that is not for somebody says why, and what to do',
    async () => {
      const visitor = await browser.signedIn('alice');
      await visitor.open('/agents');
      await visitor.page.getByText('alice may not do this.').first().waitFor();
      await visitor.page.getByText('Ask an administrator').first().waitFor();
      await visitor.page.context().close();
    },
    LIMIT_MS,
  );

  it('signs in to the very view that was asked for, shows who is there, and signs out at the provider too', async () => {
    const visitor = await browser.visitor();
    const { page } = visitor;
    await visitor.open('/audit?type=call.write&repo=acme%2Fapp');
    expect(await visitor.barriers()).toEqual([]);
    await visitor.shot('sign-in');
    await visitor.signIn('sam', '/audit?type=call.write&repo=acme%2Fapp');
    expect(new URL(page.url()).searchParams.get('type')).toBe('call.write');
    await page.getByRole('button', { name: 'Signed in as sam' }).click();
    await page.getByText('Roles: approver, auditor').waitFor();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL((url) => url.origin === stack.dev.idp || url.pathname === '/signed-out');
    await visitor.open('/');
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    await page.context().close();
  });

  describe.each(LOOKS)(
    '$name',
    (look) => {
      let visitor: Visitor;
      beforeAll(async () => {
        visitor = await browser.signedIn('carol', look);
      });
      afterAll(() => visitor.page.context().close());

      it.each(PLACES)('%s is without barriers, fits, and asks nobody else', async (place) => {
        await visitor.open(place);
        await visitor.settled();
        await visitor.shot(`${look.name}-${place.replace(/\?.*/, '').slice(1) || 'overview'}`);
        expect(await visitor.barriers()).toEqual([]);
        expect(await visitor.overflow()).toBe(0);
        expect(visitor.complaints).toEqual([]);
        expect([...visitor.hosts].sort()).toEqual(
          [new URL(stack.dev.console).host, new URL(stack.dev.idp).host].sort(),
        );
      });

      it('a policy, its text, a session and a record of the trail are too', async () => {
        const { page } = visitor;
        for (const [place, link] of [
          ['/policies', 'balanced'],
          ['/sessions?state=all', 'alice'],
        ] as const) {
          await visitor.open(place);
          await page.getByRole('main').getByRole('link', { name: link }).first().click();
          await visitor.settled();
          await visitor.shot(`${look.name}-one${place.replace(/\?.*/, '').replace('/', '-')}`);
          expect(await visitor.barriers()).toEqual([]);
          expect(await visitor.overflow()).toBe(0);
        }
        await visitor.open('/policies');
        await page.getByRole('main').getByRole('link', { name: 'balanced' }).first().click();
        await page.getByText('Text', { exact: true }).click();
        await page.getByRole('textbox', { name: 'Access' }).waitFor();
        await visitor.shot(`${look.name}-policy-text`);
        expect(await visitor.barriers()).toEqual([]);
        expect(await visitor.overflow()).toBe(0);
        await visitor.open('/audit?type=call.write');
        await page.getByRole('button', { name: 'call.write' }).first().click();
        await page.getByText('"chain_id"').waitFor();
        await visitor.shot(`${look.name}-one-event`);
        expect(await visitor.barriers()).toEqual([]);
        expect(await visitor.overflow()).toBe(0);
        expect(visitor.complaints).toEqual([]);
      });
    },
    LIMIT_MS,
  );

  it(
    'times are in the viewer’s zone, with UTC on hover',
    async () => {
      const { page } = await browser.signedIn('sam');
      await page.getByRole('link', { name: 'Audit' }).click();
      const time = page.locator('td time').first();
      expect(await time.innerText()).toMatch(/ (CET|GMT\+1)$/);
      expect(await time.getAttribute('title')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC$/);
      await page.context().close();
    },
    LIMIT_MS,
  );

  it(
    'the trail is searched by what stands in the address, in pages, and exported as it is',
    async () => {
      const { page } = await browser.signedIn('sam');
      await page.getByRole('link', { name: 'Audit' }).click();
      await page.getByLabel('Type of event').fill('call.write');
      await page.getByLabel('Engineer').fill('alice');
      await page.getByRole('button', { name: 'Search' }).click();
      await page.waitForURL(/human=alice/);
      expect(new URL(page.url()).searchParams.get('type')).toBe('call.write');
      const found = page.getByRole('table', { name: 'Events, newest first' });
      await found.getByText('topic/seen').first().waitFor();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Export as NDJSON' }).click(),
      ]);
      const lines = (await streamText(await download.createReadStream())).trim().split('\n');
      expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(lines.map(() => 'call.write'));
      await page.getByText(`${lines.length} events exported.`).waitFor();
      await page.goBack();
      await page.waitForURL((url) => url.search === '');
      await page.context().close();
    },
    LIMIT_MS,
  );

  it(
    'what could not be loaded says so, and is asked for again',
    async () => {
      const visitor = await browser.signedIn('sam');
      const { page } = visitor;
      await page.route('**/api/v1/sessions?*', (route) =>
        route.fulfill({ status: 403, body: '{"detail":"Not today.","code":"not_authorized"}' }),
      );
      await page.getByRole('link', { name: 'Sessions' }).click();
      await page.getByRole('alert').getByText('Not today.').waitFor();
      await visitor.shot('error-state');
      expect(await visitor.barriers()).toEqual([]);
      await page.unroute('**/api/v1/sessions?*');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('alert').waitFor({ state: 'detached' });
      await page.context().close();
    },
    LIMIT_MS,
  );

  it('a sign-in that ended shows as such, wherever one is', async () => {
    const { page } = await browser.signedIn('sam');
    await page.context().clearCookies();
    await page.getByRole('link', { name: 'Sessions' }).click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    await page.context().close();
  });
});

async function streamText(stream: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
