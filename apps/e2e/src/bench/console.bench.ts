import pg from 'pg';
import { ConsoleBrowser, type Visitor } from '../harness/console-browser.js';
import { Stack } from '../harness/stack.js';
import { until } from '../harness/until.js';
import { BenchSenders } from './bench-senders.js';
import { fill } from './bench-trail.js';
import { spread, type Figure } from './figure.js';
import { seconds } from './interleave.js';

export const about =
  "The console in Chromium, over the embedded stack with events of 14 days and 10,000 sessions. From the start of the navigation, as somebody types the address, until the view shows its data and answers: nothing loads any more and the next frame is drawn. Files of the console come from the browser's cache after the first round. Browser, control plane and database share the cores.";

interface Options {
  quick?: boolean;
  long?: boolean;
}

const SESSIONS = 10_000;
const PLACES = ['/', '/approvals', '/sessions?state=all', '/audit', '/policies', '/agents', '/sessions/ses_bench_5000'];

const eventsOf = ({ quick }: Options): number =>
  Number(process.env['HOLDSHORT_BENCH_EVENTS'] ?? (quick ? 100_000 : 1_000_000));

/** Every 100th is live. */
const MAKE_SESSIONS = `
  INSERT INTO holdshort.sessions (id, credential_sha256, human_sub, human_login, human_email, human_idp, human_groups,
    assistant, is_human, workspace, agent_id, command, opened_at, expires_at, ended_at, end_reason)
  SELECT 'ses_bench_' || n, md5('s' || n), 's' || n % 50, 'engineer-' || n % 50, '', 'https://idp.example.com', '{eng}',
    'copilot', false, 'box-' || n % 400, NULL, 'copilot', now() - interval '1 minute' * n, now() + interval '1 hour',
    CASE WHEN n % 100 = 0 THEN NULL ELSE now() END, CASE WHEN n % 100 = 0 THEN NULL ELSE 'closed' END
  FROM generate_series(1, ${SESSIONS}) AS n`;

/** Milliseconds to a view that answers. Asserts nothing: it is for people to look at. */
export async function bench(options: Options = {}): Promise<Figure[]> {
  const stack = await Stack.start();
  const pool = new pg.Pool({ connectionString: stack.dev.database, max: 2 });
  const senders = await BenchSenders.start(stack);
  const browser = await ConsoleBrowser.start(stack.dev.console);
  try {
    await prepare({ senders, pool }, eventsOf(options));
    const visitor = await browser.signedIn('carol');
    const figures: Figure[] = [];
    for (const place of PLACES) figures.push(await figureOf(visitor, place, options.quick ? 3 : 7));
    return figures;
  } finally {
    await browser.close();
    senders.close();
    await forget(stack, pool);
    await pool.end();
    await stack.stop();
  }
}

async function prepare({ senders, pool }: { senders: BenchSenders; pool: pg.Pool }, total: number): Promise<void> {
  await senders.oneOfEachDay();
  const took = await seconds(async () => {
    await fill(pool, total);
    await pool.query(MAKE_SESSIONS);
    await pool.query("UPDATE audit.events SET session_id = 'ses_bench_5000' WHERE session_id = 'old_5'");
    await pool.query('ANALYZE holdshort.sessions');
  });
  process.stdout.write(`  ${total.toLocaleString('en')} events there, made in ${Math.round(took)} s\n`);
}

async function figureOf(visitor: Visitor, place: string, rounds: number): Promise<Figure> {
  const took: number[] = [];
  await timed(visitor, place);
  for (let round = 0; round < rounds; round += 1) took.push(await timed(visitor, place));
  return spread(`${place.replace(/ses_.*/, 'ONE')} until it answers`, 'ms', took, 'under 1,000');
}

/** Milliseconds by the page's own clock, which begins with the navigation. */
async function timed(visitor: Visitor, place: string): Promise<number> {
  await visitor.open(place);
  await visitor.settled();
  return visitor.page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
      }),
  );
}

/** Copies of events hold to no chain: they go before the store is checked. */
async function forget(stack: Stack, pool: pg.Pool): Promise<void> {
  await pool.query('TRUNCATE audit.events');
  await stack.signIn('dave');
  const stored = async (): Promise<boolean> => ((await pool.query('SELECT FROM audit.events')).rowCount ?? 0) > 0;
  await until(stored, { withinMs: 20_000, everyMs: 100 });
}
