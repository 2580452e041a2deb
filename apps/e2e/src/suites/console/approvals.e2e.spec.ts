import { ConsoleBrowser, describeWithBrowser, type Visitor } from '../../harness/console-browser.js';
import { execute, said, type Ran } from '../../harness/execute.js';
import { Stack } from '../../harness/stack.js';

/** A browser beside a whole stack, on a busy machine. */
const LIMIT_MS = 180_000;

describeWithBrowser('a held push in the console', () => {
  let stack: Stack;
  let browser: ConsoleBrowser;
  let sam: Visitor;
  beforeAll(async () => {
    stack = await Stack.start({ env: { HOLDSHORT_AGENT_API_HOLD_SECONDS: '60' } });
    browser = await ConsoleBrowser.start(stack.dev.console);
    await stack.signIn('alice', 'sam');
    await stack.git('alice', ['clone', 'https://github.com/acme/app.git', stack.workFile('app')]);
    for (const [name, value] of [
      ['user.email', 'alice@example.test'],
      ['user.name', 'alice'],
    ] as const)
      await execute(['git', '-C', stack.workFile('app'), 'config', name, value]);
    sam = await browser.signedIn('sam');
    await sam.page.getByRole('link', { name: 'Approvals' }).click();
    await sam.page.getByText('Nothing waits').waitFor();
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await stack.stop();
  });

  const pushWorkflow = (branch: string): Promise<Ran> =>
    stack.script(
      'alice',
      `git checkout -q -B ${branch} origin/main && mkdir -p .github/workflows && echo "# ${branch}" >> .github/workflows/release.yml && git add . && git commit -qm "${branch}" && git push origin ${branch}`,
      { cwd: stack.workFile('app') },
    );

  const queued = (branch: string) =>
    sam.page.getByRole('navigation', { name: 'Approvals' }).getByRole('link').filter({ hasText: branch });

  it(
    'appears by itself, says what, why and by which policy, is approved by keyboard alone, and completes',
    async () => {
      const { page } = sam;
      const push = pushWorkflow('topic/approved');
      await queued('topic/approved').waitFor({ timeout: 60_000 });
      await sam.shot('approvals-queue');
      // to the first row, along the list, and in
      await queued('topic/approved').focus();
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      const detail = page.getByRole('article');
      await detail.getByText('.github/workflows/release.yml').waitFor();
      await detail.getByText('alice, by copilot').waitFor();
      await detail.getByText('hold-workflow-change').first().waitFor();
      await detail.getByText('0 of 1 from security').waitFor();
      await sam.settled();
      await sam.shot('approval-detail');
      expect(await sam.barriers()).toEqual([]);
      expect(await stack.refs('acme/app')).not.toHaveProperty('refs/heads/topic/approved');
      await page.getByLabel('Reason').fill('release on Monday');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      const ran = await push;
      expect(said(ran)).toBe('ok');
      expect(await stack.refs('acme/app')).toHaveProperty('refs/heads/topic/approved');
      await detail.getByText('release on Monday').waitFor();
      await detail.getByText('It is no longer waiting for an answer.').waitFor();
      await sam.shot('approval-used');
      expect(sam.complaints).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'is refused with a reason, which stands in the terminal',
    async () => {
      const { page } = sam;
      const push = pushWorkflow('topic/rejected');
      await queued('topic/rejected').click({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Refuse' }).click();
      await page.getByText('Say why, and what to do instead.').waitFor();
      await page.getByLabel('Reason').fill('pin the action first');
      await page.getByRole('button', { name: 'Refuse' }).click();
      const ran = await push;
      expect(ran.code).toBe(1);
      expect(ran.text).toContain('pin the action first');
      expect(await stack.refs('acme/app')).not.toHaveProperty('refs/heads/topic/rejected');
      await page.getByText('Refused by sam: pin the action first').waitFor();
    },
    LIMIT_MS,
  );

  it(
    'is not for its own engineer to answer; they see it, at 360 px and in the dark too',
    async () => {
      const alice = await browser.signedIn('alice', { width: 360, height: 740, scheme: 'dark' });
      const push = pushWorkflow('topic/own');
      await queued('topic/own').waitFor({ timeout: 60_000 });
      await alice.open('/approvals');
      await alice.page.getByRole('link').filter({ hasText: 'topic/own' }).click();
      await alice.page.getByText('It is your own session that asks: somebody else answers.').waitFor();
      expect(await alice.page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
      await alice.shot('approval-own-small-dark');
      expect(await alice.barriers()).toEqual([]);
      expect(await alice.overflow()).toBe(0);
      await queued('topic/own').click();
      await sam.page.getByLabel('Reason').fill('end of the test');
      await sam.page.getByRole('button', { name: 'Refuse' }).click();
      expect((await push).code).toBe(1);
      await alice.page.context().close();
    },
    LIMIT_MS,
  );

  it(
    'of an API call shows the request without its credential, and the file that it would write',
    async () => {
      const { page } = sam;
      const content = Buffer.from('on: push\njobs: {}\n').toString('base64');
      const call = stack.script(
        'alice',
        `gh api -X PUT repos/acme/app/contents/.github/workflows/api.yml -f message=held -f content=${content} -f branch=topic/approved`,
      );
      await page
        .getByRole('navigation', { name: 'Approvals' })
        .getByRole('link')
        .filter({ hasText: 'acme/app' })
        .click({ timeout: 60_000 });
      const shown = page.getByRole('region', { name: 'What it would write' });
      const request = shown.getByLabel('Request as it would go to GitHub');
      await request.getByText('PUT /repos/acme/app/contents/.github/workflows/api.yml').waitFor();
      const text = await request.innerText();
      expect(text).toContain('"message": "held"');
      expect(text).not.toMatch(/authorization|token/i);
      expect(text).not.toContain(content);
      await shown.getByLabel('Changes of .github/workflows/api.yml').getByText('+on: push').waitFor();
      await sam.shot('approval-request');
      expect(await sam.barriers()).toEqual([]);
      await page.getByLabel('Reason').fill('end of the test');
      await page.getByRole('button', { name: 'Refuse' }).click();
      expect((await call).code).not.toBe(0);
      expect(sam.complaints).toEqual([]);
    },
    LIMIT_MS,
  );

  it('a session is followed and stopped by an administrator, and says so', async () => {
    const carol = await browser.signedIn('carol');
    const { page } = carol;
    const started = stack.workFile('started');
    const work = stack.script(
      'alice',
      `touch ${started}; for i in $(seq 300); do git ls-remote -q origin >/dev/null || exit 7; sleep 0.3; done`,
      {
        cwd: stack.workFile('app'),
      },
    );
    await page.getByRole('link', { name: 'Sessions' }).click();
    await page.getByRole('main').getByRole('link', { name: 'alice' }).first().click({ timeout: 60_000 });
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    await page.getByRole('button', { name: 'Stop the session' }).click();
    await carol.shot('session-stop');
    expect(await carol.barriers()).toEqual([]);
    await page.getByLabel('Reason').fill('lost laptop');
    await page.getByRole('button', { name: 'Stop it' }).click();
    await page.getByText('ended', { exact: true }).waitFor();
    expect((await work).code).not.toBe(0);
    expect(carol.complaints).toEqual([]);
    await page.context().close();
  });
});
