import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import type { SignIn } from '../sign-ins.js';
import { signInAsDeveloper, signInByDevice } from '../sign-in.js';

interface LoginOptions {
  dev?: string;
  json?: boolean;
}

function byBrowser(context: CliContext): Promise<SignIn> {
  return signInByDevice(context.anonymousClient(), (device) => {
    const address = device.verification_uri_complete ?? device.verification_uri;
    // On stderr, so that --json keeps stdout to one object.
    context.terminal.err(`Open ${address}\nand confirm the code ${device.user_code}. Waiting ...`);
    return Promise.resolve();
  });
}

async function login(context: CliContext, options: LoginOptions): Promise<void> {
  const { stack } = context;
  const signIn =
    options.dev === undefined
      ? await byBrowser(context)
      : await signInAsDeveloper(context.anonymousClient(), stack, options.dev);
  context.signIns.set(stack.controlPlane, signIn);
  const { human, expires_at } = signIn;
  context.print(options.json, { human, expires_at }, () => `Signed in as ${human.login} until ${expires_at}.`);
}

async function logout(context: CliContext, json: boolean | undefined): Promise<void> {
  const { controlPlane } = context.stack;
  const signIn = context.signIns.get(controlPlane);
  try {
    if (signIn) await context.client().post('/auth/logout');
  } finally {
    context.signIns.remove(controlPlane);
  }
  const message = signIn ? `Signed out ${signIn.human.login}.` : 'Nobody was signed in.';
  context.print(json, { signed_out: signIn?.human.login ?? null }, () => message);
}

export function addLoginCommands(program: Command, context: CliContext): void {
  program
    .command('login')
    .description('sign in with your identity provider, by a code that you confirm in a browser')
    .option('--dev <login>', 'sign in without a browser; embedded stack only')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort login --dev alice')
    .action((options: LoginOptions) => login(context, options));
  program
    .command('logout')
    .description('forget the sign-in, here and at the control plane')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  holdshort logout')
    .action((options: { json?: boolean }) => logout(context, options.json));
}
