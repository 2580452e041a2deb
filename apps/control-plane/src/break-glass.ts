import { parseArgs } from 'node:util';
import { loadSettings } from '@holdshort/config';
import { toHoldshortError } from '@holdshort/errors';
import { createPassword } from './auth/break-glass/create-password.js';
import { CONTROL_PLANE_SETTINGS } from './settings.js';

const USAGE = `Usage: node apps/control-plane/dist/break-glass.js --reason TEXT

Makes a one-time administrator password, good for 15 minutes, for when nobody can sign in through the identity provider.
Uses HOLDSHORT_DATABASE_URL or HOLDSHORT_DATABASE_URL_FILE. Making and using it is recorded as a warning in the audit trail.
Sign in with it: holdshort login --break-glass -
`;

async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { reason: { type: 'string' }, help: { type: 'boolean' } } });
  const reason = values.reason?.trim() ?? '';
  if (values.help === true || reason === '' || reason.length > 500) {
    (values.help === true ? process.stdout : process.stderr).write(USAGE);
    return values.help === true ? 0 : 2;
  }
  const { databaseUrl } = loadSettings({ databaseUrl: CONTROL_PLANE_SETTINGS.databaseUrl });
  const { password, expiresAt } = await createPassword(databaseUrl, reason);
  process.stdout.write(`${password}\n`);
  process.stderr.write(`Good once, until ${expiresAt.toISOString()}.\n`);
  return 0;
}

run(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${toHoldshortError(error).message}\n`);
    process.exitCode = 1;
  },
);
