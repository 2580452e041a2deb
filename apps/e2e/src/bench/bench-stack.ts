import { createPrivateKey, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';
import { execute, said, type Ran } from '../harness/execute.js';
import { Stack } from '../harness/stack.js';

/** Environment of a session of alice's assistant; tools that run in it go through the agent. */
export async function sessionEnvironment(stack: Stack): Promise<NodeJS.ProcessEnv> {
  const ran = await stack.holdshort('alice', ['env', '--assistant', 'copilot', '--json']);
  if (ran.code !== 0) throw new Error(said(ran));
  const { variables, unset } = JSON.parse(ran.stdout) as { variables: NodeJS.ProcessEnv; unset: string[] };
  return { ...variables, ...Object.fromEntries(unset.map((name) => [name, undefined])) };
}

/**
 * Environment of git that goes straight to the stand-in, with an installation token sent on the first request: the
 * fastest way there is without Holdshort.
 */
export async function directEnvironment(stack: Stack): Promise<Record<string, string>> {
  const token = await installationToken(stack);
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    GIT_SSL_CAINFO: stack.dev.githubCa,
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
}

export async function git(cwd: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const ran = await execute(['git', ...args], { cwd, env, timeoutMs: 600_000 });
  if (ran.code !== 0) throw new Error(`git ${args.join(' ')}: ${said(ran)}`);
  return ran;
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

async function appJwt(env: Record<string, string>): Promise<string> {
  const key = createPrivateKey(await readFile(env['HOLDSHORT_GITHUB_APP_KEY_FILE'] ?? ''));
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: env['HOLDSHORT_GITHUB_APP_ID'], iat: now - 10, exp: now + 300 };
  const text = `${encoded({ alg: 'RS256', typ: 'JWT' })}.${encoded(claims)}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
}

async function installationToken(stack: Stack): Promise<string> {
  const dispatcher = new Agent({ connect: { ca: await readFile(stack.dev.githubCa) } });
  const jwt = await appJwt(stack.dev.processes['control-plane']?.env ?? {});
  const call = async (method: 'GET' | 'POST', path: string): Promise<unknown> => {
    const headers = { host: 'api.github.com', authorization: `Bearer ${jwt}`, 'user-agent': 'bench' };
    const { statusCode, body } = await request(`${stack.dev.github}${path}`, { method, headers, dispatcher });
    if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode} ${await body.text()}`);
    return body.json();
  };
  try {
    const { id } = (await call('GET', '/orgs/acme/installation')) as { id: number };
    return ((await call('POST', `/app/installations/${id}/access_tokens`)) as { token: string }).token;
  } finally {
    await dispatcher.close();
  }
}
