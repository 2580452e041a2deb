import type { Command } from 'commander';
import { attestationsInTrail, attestationsOfStore } from '../attest/attestations.js';
import { attestWords } from '../attest/attest-words.js';
import { verifyAttestations, type AttestOptions } from '../attest/verify-attestations.js';
import type { CliContext } from '../cli-context.js';
import { EXIT, explain } from '../exit-code.js';

const CODES = { good: EXIT.ok, failed: EXIT.refused, could_not_tell: EXIT.usage } as const;

type Verify = AttestOptions & { json?: boolean };

async function verify(context: CliContext, file: string | undefined, options: Verify): Promise<number> {
  try {
    const result = await verifyAttestations(context, file, options);
    context.print(options.json, result, () => attestWords(result));
    return CODES[result.verdict];
  } catch (error) {
    const reasons = [explain(error).replace(/^holdshort: /, '')];
    if (options.json) context.print(true, { verdict: 'could_not_tell', reasons, attestations: [] }, String);
    else context.terminal.err(`Could not tell: ${reasons.join(' ')}`);
    return EXIT.usage;
  }
}

async function exportAll(context: CliContext, { commit, trail }: { commit: string; trail?: string }): Promise<number> {
  const found =
    trail === undefined
      ? await attestationsOfStore(context.client(), commit)
      : (await attestationsInTrail(trail, commit)).found;
  for (const { envelope } of found) context.terminal.out(JSON.stringify(envelope));
  if (found.length > 0) return EXIT.ok;
  context.terminal.err(`No attestation of ${commit} is there.`);
  return EXIT.refused;
}

const VERIFY_HELP = `
What is checked: the signature of the DSSE envelope, that the agent's key is certified by the control plane and counted at
that time, that the subjects are the refs of the push (and the commit is among them), and where the trail is at hand that the
record of the push is as it was written and says the same. With a file, --keys and --root-key nothing is asked of anybody.

Exit codes: 0 good, 1 failed or not attested, 2 could not tell.

Example:
  holdshort attest verify --commit c0ffee0c0ffee0c0ffee0c0ffee0c0ffee0c0ffe
  holdshort attest export --commit c0ffee0c0ffee0c0ffee0c0ffee0c0ffee0c0ffe > push.dsse.json
  holdshort audit archive --evidence-only -o keys.ndjson
  holdshort attest verify push.dsse.json --keys keys.ndjson --root-key KID`;

export function addAttestCommands(program: Command, context: CliContext, exit: (code: number) => void): void {
  const attest = program.command('attest').description('signed statements on pushes (in-toto, DSSE)');
  attest
    .command('verify [file]')
    .description('check what `attest export` wrote, or the attestations of a commit in the trail')
    .option('--commit <id>', 'that it must be about; without a file, whose attestations are looked for')
    .option('--keys <file>', 'keys from `audit archive`, instead of from the control plane')
    .option('--root-key <kid>', 'the only key of the control plane that is believed (thumbprint, RFC 7638)')
    .option('--trail <file>', 'what `audit archive` wrote, instead of the store')
    .option('--json', 'print one JSON object')
    .addHelpText('after', VERIFY_HELP)
    .action(async (file: string | undefined, options: Verify) => {
      exit(await verify(context, file, options));
    });
  attest
    .command('export')
    .description('the envelopes of a commit, one per line')
    .requiredOption('--commit <id>', 'by its full id')
    .option('--trail <file>', 'what `audit archive` wrote, instead of the store')
    .option('--json', 'the same: an envelope is JSON')
    .addHelpText('after', '\nExample:\n  holdshort attest export --commit c0ffee0c0ffee0c0ffee0c0ffee0c0ffee0c0ffe')
    .action(async (options: { commit: string; trail?: string }) => {
      exit(await exportAll(context, options));
    });
}
