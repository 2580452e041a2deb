import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeOrSkip } from '@holdshort/testkit';
import { chromium, type Browser, type Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Kept for whoever looks at a run; not committed. */
const SHOTS = fileURLToPath(new URL('../../../../.artifacts/console/', import.meta.url));

const CHROMIUMS = [
  process.env['HOLDSHORT_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const program = CHROMIUMS.find((file) => file !== undefined && existsSync(file));

/** A `describe` with a real browser; where there is none it is skipped, and standard error says so. */
export const describeWithBrowser = (title: string, body: () => void): void =>
  describeOrSkip(
    title,
    program === undefined ? "no Chromium; install Debian's chromium, or set HOLDSHORT_CHROMIUM" : undefined,
    body,
  );

interface Violation {
  id: string;
  impact: string | null;
  nodes: { html: string; failureSummary?: string }[];
}

export interface Look {
  width?: number;
  height?: number;
  scheme?: 'light' | 'dark';
}

/** Somebody at a screen. */
export class Visitor {
  /** What the browser complained of: errors of scripts, and what the page's policy stopped. */
  readonly complaints: string[] = [];
  /** Of every request that left the page. */
  readonly hosts = new Set<string>();

  constructor(
    readonly page: Page,
    private readonly origin: string,
  ) {
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      // a refusal of the API is for the page to show; the browser logs each
      const isAnswer = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isAnswer) this.complaints.push(message.text());
    });
    page.on('request', (request) => this.hosts.add(new URL(request.url()).host));
  }

  open(place: string): Promise<unknown> {
    return this.page.goto(`${this.origin}${place}`);
  }

  /** By the sign-in page of the local provider. */
  async signIn(login: string, place = '/'): Promise<void> {
    await this.open(place);
    await this.page.getByRole('link', { name: 'Sign in' }).click();
    await this.page.getByLabel('Login').fill(login);
    await this.page.getByLabel('Password').fill(login);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page
      .getByRole('button', { name: `Signed in as ${login}` })
      .or(this.page.getByText('No access yet'))
      .waitFor();
  }

  /** Until nothing loads any more. */
  async settled(): Promise<void> {
    await this.page.locator('main').first().waitFor();
    await this.page.waitForFunction(() => !document.body.innerText.includes('Loading '));
  }

  /** Findings of axe that hinder somebody: serious and critical ones, WCAG 2.2 A and AA and good practice. */
  async barriers(): Promise<string[]> {
    await this.page.evaluate(AXE);
    const violations = await this.page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe
        .run()
        .then((result) => result.violations),
    );
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`));
  }

  /** Pixels by which the page is wider than the screen. */
  overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }

  async look({ width = 1280, height = 800, scheme = 'light' }: Look): Promise<void> {
    await this.page.setViewportSize({ width, height });
    await this.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  }

  async shot(name: string): Promise<void> {
    mkdirSync(SHOTS, { recursive: true });
    await this.page.screenshot({ path: path.join(SHOTS, `${name}.png`), fullPage: true });
  }
}

/** One browser, with a profile of its own for each visitor. */
export class ConsoleBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly origin: string,
  ) {}

  static async start(origin: string): Promise<ConsoleBrowser> {
    // without a sandbox of its own where the tests run as root, as in a container
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath: program ?? '', args });
    return new ConsoleBrowser(browser, origin);
  }

  async visitor(look: Look = {}): Promise<Visitor> {
    const context = await this.browser.newContext({
      locale: 'en-GB',
      timezoneId: 'Europe/Zurich',
      acceptDownloads: true,
    });
    context.setDefaultTimeout(30_000);
    const visitor = new Visitor(await context.newPage(), this.origin);
    await visitor.look(look);
    return visitor;
  }

  async signedIn(login: string, look: Look = {}): Promise<Visitor> {
    const visitor = await this.visitor(look);
    await visitor.signIn(login);
    return visitor;
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}
