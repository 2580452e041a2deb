import type { Command } from 'commander';
import { HoldshortError } from '@holdshort/errors';
import type { GithubLink } from '@holdshort/api-client';
import type { CliContext } from '../cli-context.js';
import { linkByDevice } from '../link-github.js';
import { table } from '../table.js';

interface PlaceOptions {
  host?: string;
  app?: string;
  json?: boolean;
}

async function link(context: CliContext, { json, ...place }: PlaceOptions): Promise<void> {
  const linked = await linkByDevice(context.client(), place, ({ verification_uri: address, user_code: code }) => {
    // On stderr, so that --json keeps stdout to one object.
    context.terminal.err(`Open ${address}\nand enter the code ${code}. Waiting ...`);
  });
  context.print(json, linked, () => `The GitHub account ${linked.github.login} (${linked.host}) is linked to you.`);
}

const linksOf = async (context: CliContext): Promise<GithubLink[]> =>
  (await context.client().call('GET /github/links')).items;

const row = ({ id, host, app, github, good_until: until, broken }: GithubLink): string[] => [
  id,
  host,
  app,
  github.login,
  broken ? `broken (${broken.reason}): link it again` : `good until ${until}, longer with each use`,
];

async function status(context: CliContext, { json }: PlaceOptions): Promise<void> {
  const links = await linksOf(context);
  context.print(json, links, () =>
    links.length === 0
      ? 'You have linked no GitHub account. Link one with `holdshort github link`.'
      : table(['LINK', 'HOST', 'APP', 'ACCOUNT', 'STATE'], links.map(row)),
  );
}

/** The link that is meant: the only one there is, unless more is said. */
function chosen(links: readonly GithubLink[], { host, app }: PlaceOptions): GithubLink {
  const fit = links.filter(
    (one) => (host === undefined || one.host === host) && (app === undefined || one.app === app),
  );
  const [first] = fit;
  if (!first) throw new HoldshortError('not_found', 'You have linked no such GitHub account.');
  if (fit.length === 1) return first;
  throw new HoldshortError('conflict', 'You have linked several GitHub accounts.', {
    advice: 'Say which with --host or --app; `holdshort github status` shows them.',
  });
}

async function unlink(context: CliContext, options: PlaceOptions): Promise<void> {
  const gone = chosen(await linksOf(context), options);
  await context.client().call('DELETE /github/links/{id}', { path: { id: gone.id } });
  context.print(
    options.json,
    { id: gone.id, unlinked: true },
    () => `The GitHub account ${gone.github.login} (${gone.host}) is unlinked, and the App's grant revoked.`,
  );
}

const places = (command: Command): Command =>
  command
    .option('--host <name>', 'host of the GitHub, where there are several')
    .option('--app <id>', 'id of the GitHub App, where there are several');

export function addGithubCommands(program: Command, context: CliContext): void {
  const github = program
    .command('github')
    .description('your GitHub account: so that your work there carries your name');
  places(github.command('link'))
    .description('let Holdshort act at GitHub as you, where policy wants that')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort github link')
    .action((options: PlaceOptions) => link(context, options));
  github
    .command('status')
    .description('the accounts that you have linked, and whether they still work')
    .option('--json', 'print a JSON array')
    .addHelpText('after', '\nExample:\n  holdshort github status')
    .action((options: PlaceOptions) => status(context, options));
  places(github.command('unlink'))
    .description('forget your account, and revoke what the App may do as you')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort github unlink')
    .action((options: PlaceOptions) => unlink(context, options));
}
