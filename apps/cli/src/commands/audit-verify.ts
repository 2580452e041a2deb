import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { EXIT, explain } from '../exit-code.js';
import { verifyTrail, type VerifyOptions } from '../verify/verify-trail.js';
import { verifyWords } from '../verify/verify-words.js';

const CODES = { good: EXIT.ok, broken: EXIT.refused, could_not_tell: EXIT.usage } as const;

async function verify(context: CliContext, options: VerifyOptions & { json?: boolean }): Promise<number> {
  try {
    const result = await verifyTrail(context, options);
    context.print(options.json, result, () => verifyWords(result));
    return CODES[result.verdict];
  } catch (error) {
    // not read is not broken, and by no means good
    const reasons = [explain(error).replace(/^holdshort: /, '')];
    if (options.json) context.print(true, { verdict: 'could_not_tell', reasons }, String);
    else context.terminal.err(`Could not tell: ${reasons.join(' ')}`);
    return EXIT.usage;
  }
}

const VERIFY_HELP = `
What is checked: content and hash chain of every record, checkpoints of the emitters, countersigned heads, anchors, and
that each attempt has its outcome. See docs/audit-chain.md.

Exit codes: 0 good, 1 broken (the first false record is named), 2 could not tell.

Example:
  holdshort audit verify
  holdshort audit verify --anchors /mnt/worm/anchors.ndjson --root-key KID
  holdshort audit verify --anchors /mnt/worm/anchors.ndjson --tsa-ca tsa-roots.pem
  holdshort audit verify --file trail.ndjson.gz
  HOLDSHORT_KAFKA_SASL=scram-sha-512 HOLDSHORT_KAFKA_USER=auditor holdshort audit verify --kafka broker:9093`;

export function addVerifyCommand(audit: Command, context: CliContext, exit: (code: number) => void): void {
  audit
    .command('verify')
    .description('check every chain, what was signed of it, and that each attempt has its outcome')
    .option('--since <time>', 'from this time on')
    .option(
      '--file <path>',
      'what `audit archive` wrote (plain or gzip), or - for standard input, instead of the store',
    )
    .option('--spool <dir>', 'the spool of an agent or control plane, instead of the store')
    .option(
      '--kafka <brokers>',
      'the topics, host:port comma-separated, instead of the store; TLS and SASL by HOLDSHORT_KAFKA_*',
    )
    .option('--evidence <file>', 'keys, heads and anchors from an archive, instead of from the control plane')
    .option('--root-key <kid>', 'the only key of the control plane that is believed (thumbprint, RFC 7638)')
    .option('--anchors <path>', 'anchors kept outside: the file, or a folder of them, to compare with')
    .option('--tsa-ca <file>', 'roots (PEM) of a time-stamp authority: check what it said of the anchors')
    .option('--settle <seconds>', 'what was signed so shortly ago may be on its way', '120')
    .option('--json', 'print one JSON object')
    .addHelpText('after', VERIFY_HELP)
    .action(async (options: VerifyOptions & { json?: boolean }) => {
      exit(await verify(context, options));
    });
}
