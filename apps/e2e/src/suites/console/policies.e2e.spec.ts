import { ConsoleBrowser, describeWithBrowser, type Visitor } from '../../harness/console-browser.js';
import { Stack } from '../../harness/stack.js';

const RULE = `
@id("hold-dependencies")
@title("Changes of dependencies wait for security")
@effect("hold") @gate("dependencies") @approvers("security") @count("1") @exclude("owner") @expires("24h")
@message("Changes of dependencies need the approval of one member of security.")
forbid (principal, action in Holdshort::Action::"write", resource)
when { context has push && context.push.pathClasses.contains("dependency-manifest") }
unless { context.gates.contains(Holdshort::Gate::"dependencies") };
`;

/** A browser beside a whole stack, on a busy machine. */
const LIMIT_MS = 180_000;

describeWithBrowser('administration in the console', () => {
  let stack: Stack;
  let browser: ConsoleBrowser;
  let carol: Visitor;
  beforeAll(async () => {
    stack = await Stack.start();
    browser = await ConsoleBrowser.start(stack.dev.console);
    carol = await browser.signedIn('carol');
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await stack.stop();
  }, LIMIT_MS);

  it(
    'gives a group a role',
    async () => {
      const { page } = carol;
      await page.getByRole('link', { name: 'Access' }).click();
      const box = page.getByRole('checkbox', { name: 'policy_editor for security' });
      await box.click();
      await page.waitForFunction(
        () => document.querySelector<HTMLInputElement>('[aria-label="policy_editor for security"]')?.checked,
      );
      expect(carol.complaints).toEqual([]);
    },
    LIMIT_MS,
  );

  it('writes a policy with its faults at their place, has it reviewed by somebody else, and brings it into force', async () => {
    const { page } = carol;
    await page.getByRole('link', { name: 'Policies' }).click();
    await page.getByRole('link', { name: 'New version' }).click();
    const access = page.getByRole('textbox', { name: 'Access' });
    await access.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText(RULE.replace('forbid (', 'forbd ('));
    await page.getByRole('button', { name: 'Check' }).click();
    await page
      .getByRole('alert')
      .getByText(/access, line \d+, column \d+/)
      .waitFor();
    await page.locator('.cm-lint-marker-error').first().waitFor();
    await carol.shot('policy-fault');
    expect(await carol.barriers()).toEqual([]);
    await access.click();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText(RULE);
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('It loads, and its 13 cases pass.').waitFor();
    await page.getByLabel('Note for whoever reviews it').fill('dependencies are for security to see');
    await page.getByRole('button', { name: 'Save as a draft' }).click();
    await page.waitForURL(/show=changes/);
    await page.getByLabel('Changes of hold-dependencies').waitFor();
    await carol.settled();
    await carol.shot('policy-changes');
    expect(await carol.barriers()).toEqual([]);
    await page.getByRole('button', { name: 'Ask for a review' }).click();
    await page.getByText('review', { exact: true }).waitFor();

    const sam = await browser.signedIn('sam');
    await sam.open(new URL(page.url()).pathname);
    await sam.page.getByRole('button', { name: 'Approve' }).click();
    await sam.page.getByLabel('Reason').fill('agreed on Monday');
    await sam.page.getByRole('button', { name: 'Approve it' }).click();
    await sam.page.getByText('approved', { exact: true }).waitFor();
    await sam.page.context().close();

    await page.reload();
    await page.getByText('Simulation', { exact: true }).click();
    await page.getByRole('button', { name: 'Simulate' }).click();
    await page.getByText(/\d+ of \d+ decisions would be decided otherwise/).waitFor({ timeout: 60_000 });
    await carol.shot('policy-simulation');
    await page.getByRole('button', { name: 'Bring into force' }).click();
    await page.getByLabel('Reason').fill('agreed on Monday');
    await page.getByRole('button', { name: 'Bring it into force' }).click();
    await page.getByText('active', { exact: true }).waitFor();
    expect(carol.complaints).toEqual([]);
  }, 240_000);

  it('verifies the trail, and says of whom the verdict is', async () => {
    const { page } = carol;
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByRole('button', { name: 'Verify the last 24 hours' }).click();
    const verdict = page.getByRole('status').filter({ hasText: 'Told by the control plane itself.' });
    await verdict.getByText('The trail is whole').waitFor();
    await verdict.getByText(/\d+ records in \d+ chains/).waitFor();
    await carol.shot('trail-verified');
    expect(await carol.barriers()).toEqual([]);
  }, 120_000);

  it('makes a join token, and an API token that works, each shown once', async () => {
    const { page } = carol;
    await page.getByRole('link', { name: 'Agents' }).click();
    await page.getByLabel('New workspace').fill('zoe-laptop');
    await page.getByRole('button', { name: 'Create a join token' }).click();
    expect((await page.getByLabel('Join token').innerText()).length).toBeGreaterThan(40);
    await page.getByRole('link', { name: 'API tokens' }).click();
    await page.getByRole('textbox', { name: 'New token' }).fill('nightly report');
    await page.getByRole('checkbox', { name: 'agents:read' }).click();
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    const token = await page.getByLabel('The new token').innerText();
    await carol.shot('token-created');
    const answer = await fetch(`${stack.dev.console}/api/v1/agents`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('revoked', { exact: true }).waitFor();
    expect(await carol.barriers()).toEqual([]);
    expect(carol.complaints).toEqual([]);
  });
});
