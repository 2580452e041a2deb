import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import type { SignIn } from '@holdshort/api-client';
import { signInAsDeveloper, signInByDevice } from '../sign-in.js';

interface LoginOptions {
  dev?: string;
  issuer?: string;
  breakGlass?: string;
  json?: boolean;
}

function byBrowser(context: CliContext, issuer: string | undefined): Promise<SignIn> {
  return signInByDevice(
    context.anonymousClient(),
    (device) => {
      const address = device.verification_uri_complete ?? device.verification_uri;
      // On stderr, so that --json keeps stdout to one object.
      context.terminal.err(`Open ${address}\nand confirm the code ${device.user_code}. Waiting ...`);
      return Promise.resolve();
    },
    issuer,
  );
}

/** The password stands in no argument: those are for everybody on the machine to see. Standard input is descriptor 0. */
function byBreakGlass(context: CliContext, file: string): Promise<SignIn> {
  const password = readFileSync(file === '-' ? 0 : file, 'utf8').trim();
  return context.anonymousClient().call('POST /auth/break-glass', { body: { password } });
}

function signInBy(context: CliContext, options: LoginOptions): Promise<SignIn> {
  if (options.breakGlass !== undefined) return byBreakGlass(context, options.breakGlass);
  if (options.dev !== undefined) return signInAsDeveloper(context.anonymousClient(), context.stack, options.dev);
  return byBrowser(context, options.issuer);
}

/** At a terminal, whoever is not signed in signs in first; elsewhere nobody would see the code. */
export async function signInAtTerminal(context: CliContext): Promise<void> {
  if (context.terminal.progress === undefined || context.hasSignIn()) return;
  context.terminal.err('Nobody is signed in here yet.');
  const signIn = await byBrowser(context, undefined);
  context.signIns.set(context.stack.controlPlane, signIn);
  context.terminal.err(`Signed in as ${signIn.human.login} until ${signIn.expires_at}.`);
}

async function login(context: CliContext, options: LoginOptions): Promise<void> {
  const { stack } = context;
  const signIn = await signInBy(context, options);
  context.signIns.set(stack.controlPlane, signIn);
  const { human, expires_at } = signIn;
  context.print(options.json, { human, expires_at }, () => `Signed in as ${human.login} until ${expires_at}.`);
}

async function logout(context: CliContext, json: boolean | undefined): Promise<void> {
  const { controlPlane } = context.stack;
  const signIn = context.signIns.get(controlPlane);
  try {
    if (signIn) await context.client().call('POST /auth/logout');
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
    .option('--issuer <name>', 'identity provider, where there are several')
    .option('--break-glass <file>', 'one-time administrator password in a file, or - for standard input')
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
