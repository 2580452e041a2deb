import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { EXIT, explain } from '../exit-code.js';
import { reconcile, type ReconcileOptions } from '../reconcile/reconcile.js';
import { findingWords, summaryWords } from '../reconcile/reconcile-words.js';

const CODES = { clean: EXIT.ok, found: EXIT.refused } as const;

async function run(context: CliContext, options: ReconcileOptions & { json?: boolean }): Promise<number> {
  const { json } = options;
  try {
    const summary = await reconcile(context, options, (finding) => {
      context.print(json, finding, () => findingWords(finding));
    });
    context.print(json, summary, () => summaryWords(summary));
    return CODES[summary.verdict];
  } catch (error) {
    // what was printed so far stands; that there is no more is not known
    const reasons = [explain(error).replace(/^holdshort: /, '')];
    if (json) context.print(true, { verdict: 'could_not_tell', reasons }, String);
    else context.terminal.err(`Could not tell: ${reasons.join(' ')}`);
    return EXIT.usage;
  }
}

const HELP = `
GitHub's own audit log is joined with the trail by the hash of the token, the request id, the repository and the time. Named
are pushes that the trail does not have, tokens that Holdshort did not issue, and recorded pushes without an attestation; as a
warning, recorded pushes that GitHub's log does not have. The token for GitHub is taken from HOLDSHORT_GITHUB_AUDIT_TOKEN.
See docs/reconcile.md.

Exit codes: 0 nothing found, 1 found, 2 could not tell.

Example:
  holdshort audit reconcile --github-api acme --from 2026-01-30T00:00:00Z --to 2026-01-31T00:00:00Z
  holdshort audit reconcile --files /logs/github/2026/01 --trail trail.ndjson.gz --json
  holdshort audit reconcile --github-api acme --allow-actor 'dependabot[bot]'`;

export function addReconcileCommand(audit: Command, context: CliContext, exit: (code: number) => void): void {
  audit
    .command('reconcile')
    .description("compare the trail with GitHub's own audit log, and name what went around Holdshort")
    .option('--github-api <org>', "read the organisation's log from GitHub; Git events are there for seven days")
    .option(
      '--github-url <url>',
      'root of the API, https://HOST/api/v3 for a server of your own',
      'https://api.github.com',
    )
    .option(
      '--files <paths...>',
      'streamed or exported files (JSON lines or arrays, plain or gzip), or folders of them',
    )
    .option('--trail <file>', 'what `audit archive` or `audit export` wrote, instead of the store')
    .option('--from <time>', 'entries from this time on; a day ago for the API, the first entry for files')
    .option('--to <time>', 'entries before this time; now unless given')
    .option('--skew <seconds>', 'how far clocks may be apart', '120')
    .option(
      '--settle <seconds>',
      'events of the trail may be on their way for so long: what is younger is not judged',
      '120',
    )
    .option('--github-delay <seconds>', "what is younger may not be in GitHub's log yet: it is awaited", '3600')
    .option('--allow-actor <logins...>', 'known other programs or people, e.g. dependabot[bot]')
    .option('--allow-token <hashes...>', 'known other tokens, by their hashed_token')
    .option('--json', 'print one JSON object per line: the findings, then the summary')
    .addHelpText('after', HELP)
    .action(async (options: ReconcileOptions & { json?: boolean }) => {
      exit(await run(context, options));
    });
}
