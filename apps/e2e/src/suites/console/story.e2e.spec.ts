import { fileURLToPath } from 'node:url';
import { ConsoleBrowser, describeWithBrowser, type Visitor } from '../../harness/console-browser.js';
import { said } from '../../harness/execute.js';
import { Stack } from '../../harness/stack.js';

const assistant = fileURLToPath(new URL('../prompts/assistant.mjs', import.meta.url));
const PROMPT = 'Add left-pad to the dependencies and push it';
const TOKEN = ['ghp', 'x7Kq2mZ9vB4nR8tW1yL5cD3fG6hJ0pS2aE4u'].join('_');
const RULE = `
@id("hold-dependencies")
@title("Changes of dependencies wait for security")
@effect("hold") @gate("dependencies") @approvers("security") @count("1") @exclude("owner") @expires("24h")
@message("Changes of dependencies need the approval of one member of security.")
forbid (principal, action in Holdshort::Action::"write", resource)
when { context has push && context.push.pathClasses.contains("dependency-manifest") }
unless { context.gates.contains(Holdshort::Gate::"dependencies") };
`;
const STORE = { default: 'full' };
/** A browser beside a whole stack, on a busy machine. */
const LIMIT_MS = 240_000;

describeWithBrowser('the story of one change, in the console', () => {
  let stack: Stack;
  let browser: ConsoleBrowser;
  let carol: Visitor;
  let sam: Visitor;
  let commit = '';
  beforeAll(async () => {
    stack = await Stack.start({ env: { HOLDSHORT_PROMPT_STORE: JSON.stringify(STORE) } });
    browser = await ConsoleBrowser.start(stack.dev.console);
    await stack.signIn('alice', 'sam');
    // the repository has a manifest already, in a branch that nobody holds yet
    const begun = await stack.script(
      'alice',
      `git clone -q https://github.com/acme/app.git ${stack.workFile('app')} && cd ${stack.workFile('app')} && git config user.email alice@acme.example && git config user.name Alice && git checkout -qb deps && printf '{\\n  "name": "app",\\n  "dependencies": {\\n    "express": "5.0.0"\\n  }\\n}\\n' > package.json && printf 'token=old\\n' > settings.ini && head -c 2000 /dev/zero > logo.bin && git add -A && git commit -qm manifest && git push -q origin deps`,
    );
    expect(said(begun)).toBe('ok');
    [carol, sam] = [await browser.signedIn('carol'), await browser.signedIn('sam')];
  }, LIMIT_MS);
  afterAll(async () => {
    await browser.close();
    await stack.stop();
  }, LIMIT_MS);

  it(
    'a policy is written, simulated, reviewed by somebody else and brought into force',
    async () => {
      const { page } = carol;
      await page.getByRole('link', { name: 'Access' }).click();
      await page.getByRole('checkbox', { name: 'policy_editor for security' }).click();
      await page.waitForFunction(
        () => document.querySelector<HTMLInputElement>('[aria-label="policy_editor for security"]')?.checked,
      );
      await page.getByRole('link', { name: 'Policies' }).click();
      await page.getByRole('link', { name: 'Begin with balanced' }).click();
      await page.getByRole('textbox', { name: 'Access' }).click();
      await page.keyboard.press('Control+End');
      await page.keyboard.insertText(RULE);
      await page.getByRole('button', { name: 'Save as a draft' }).click();
      await page.waitForURL(/show=changes/);
      await carol.shot('story-1-policy');
      await page.getByText('Simulation', { exact: true }).click();
      await page.getByRole('button', { name: 'Simulate' }).click();
      await page.getByText(/\d+ of \d+ decisions would be decided otherwise/).waitFor({ timeout: 60_000 });
      await carol.shot('story-2-simulation');
      await page.getByRole('button', { name: 'Ask for a review' }).click();
      await page.getByText('review', { exact: true }).waitFor();

      await sam.open(new URL(page.url()).pathname);
      await sam.page.getByRole('button', { name: 'Approve' }).click();
      await sam.page.getByLabel('Reason').fill('agreed');
      await sam.page.getByRole('button', { name: 'Approve it' }).click();
      await sam.page.getByText('approved', { exact: true }).waitFor();

      await page.reload();
      await page.getByRole('button', { name: 'Bring into force' }).click();
      await page.getByLabel('Reason').fill('agreed');
      await page.getByRole('button', { name: 'Bring it into force' }).click();
      await page.getByText('active', { exact: true }).waitFor();
      expect(carol.complaints).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'an assistant’s push is held, its differences are seen without secrets, approved, and it completes',
    async () => {
      const change = `sed -i 's/5.0.0"/5.0.0",\\n    "left-pad": "1.3.0"/' package.json && printf 'token=old\\nkey=${TOKEN}\\n' > settings.ini; printf 'x\\0y' > logo.bin; git rm -q --cached settings.ini; git add package.json logo.bin && git commit -qm deps`;
      await stack.control('POST', '/model-scripts', {
        match: 'Add left-pad',
        steps: [{ command: change }, { command: 'git push origin deps' }, { command: 'git log --oneline -2' }],
      });
      const push = stack.script(
        'alice',
        `cd ${stack.workFile('app')} && ${JSON.stringify(process.execPath)} ${assistant} '${PROMPT}' acme/app && git rev-parse HEAD`,
      );
      const { page } = sam;
      await page.getByRole('link', { name: 'Approvals' }).click();
      await page
        .getByRole('navigation', { name: 'Approvals' })
        .getByRole('link')
        .filter({ hasText: 'deps' })
        .click({ timeout: 60_000 });
      const shown = page.getByRole('region', { name: 'What it would write' });
      const manifest = shown.getByLabel('Changes of package.json');
      await manifest.getByText('+    "left-pad": "1.3.0"').waitFor({ timeout: 30_000 });
      // the old content came from GitHub: what did not change is no addition
      await manifest.getByText(' "name": "app",').waitFor();
      expect(await manifest.locator('[data-kind="added"]').count()).toBe(2);
      expect(await manifest.locator('[data-kind="removed"]').count()).toBe(1);
      await shown.getByText('Binary: not shown.').waitFor();
      await shown.getByLabel('Changes of settings.ini').getByText('-token=old').waitFor();
      expect(await page.content()).not.toContain(TOKEN);
      await sam.settled();
      await sam.shot('story-3-differences');
      expect(await sam.barriers()).toEqual([]);
      expect(await stack.refs('acme/app')).toHaveProperty('refs/heads/deps');

      const alice = await browser.signedIn('alice', { width: 360, height: 740, scheme: 'dark' });
      await alice.open(new URL(page.url()).pathname);
      await alice.page.getByText('Shown to those who may answer, and nobody else.').waitFor();
      expect(await alice.overflow()).toBe(0);
      await alice.page.context().close();

      await sam.look({ width: 360, height: 740, scheme: 'dark' });
      await sam.shot('story-3-differences-small-dark');
      expect(await sam.barriers()).toEqual([]);
      expect(await sam.overflow()).toBe(0);
      await sam.look({});

      await page.getByLabel('Reason').fill('left-pad is fine');
      await page.getByRole('button', { name: 'Approve these exact bytes' }).click();
      const ran = await push;
      expect(said(ran)).toBe('ok');
      commit = ran.stdout.trim().split('\n').at(-1) ?? '';
      expect((await stack.refs('acme/app'))['refs/heads/deps']).toBe(commit);
      expect(sam.complaints).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'its session tells the prompt and the commit, and the commit leads to the prompt',
    async () => {
      const { page } = sam;
      await stack.events((all) => all.some(({ type, phase }) => type === 'call.write' && phase === 'outcome'));
      await page.getByRole('link', { name: 'alice', exact: true }).or(page.getByText(/^ses_/)).first().click();
      await page.getByRole('heading', { name: 'Timeline' }).waitFor();
      await page.getByRole('button', { name: 'Read the prompts' }).click();
      const story = page.getByRole('article').filter({ hasText: PROMPT });
      await story.getByRole('link', { name: commit.slice(0, 12) }).waitFor();
      await sam.shot('story-4-session');
      expect(await sam.barriers()).toEqual([]);
      await story.getByRole('link', { name: commit.slice(0, 12) }).click();
      await page.getByRole('heading', { name: 'Why this commit' }).waitFor();
      await page.getByText('certain by an id').first().waitFor();
      await page.getByRole('button', { name: 'Read the prompt' }).first().click();
      await page.getByText(PROMPT).waitFor();
      await sam.shot('story-5-commit');
      expect(await sam.barriers()).toEqual([]);
      expect(sam.complaints).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'the trail has all of it, the looks too, is whole, and is exported',
    async () => {
      const { page } = sam;
      await sam.open('/audit');
      await page.getByRole('button', { name: 'Verify the last 24 hours' }).click();
      await page.getByRole('status').getByText('The trail is whole').waitFor({ timeout: 60_000 });
      await sam.shot('story-6-verified');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Export as NDJSON' }).click(),
      ]);
      let text = '';
      for await (const chunk of await download.createReadStream()) text += String(chunk);
      const types = ['policy.activated', 'approval.requested', 'approval.content_read', 'approval.used', 'prompt.read'];
      expect(types.filter((type) => !text.includes(`"type":"${type}"`))).toEqual([]);
      // the trail names things; what they say is elsewhere
      const secrets = { content: 'left-pad": "1.3.0', prompt: PROMPT, token: TOKEN };
      expect(Object.entries(secrets).filter(([, secret]) => text.includes(secret))).toEqual([]);
    },
    LIMIT_MS,
  );
});
