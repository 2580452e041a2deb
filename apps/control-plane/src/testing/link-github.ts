import { Agent, request } from 'undici';
import { Browser } from './browser.js';
import { consentAs } from './standin-control.js';
import type { StandinProcess } from './standin-process.js';
import type { Answer, Person } from './people.js';
import type { Replica } from './test-world.js';

/** Where a page of the stand-in sends the browser. */
export async function followAtGithub({ ca }: StandinProcess, url: string): Promise<string> {
  const dispatcher = new Agent({ connect: { ca } });
  try {
    const { statusCode, headers, body } = await request(url, { dispatcher });
    await body.dump();
    if (typeof headers['location'] !== 'string') throw new Error(`${url}: ${String(statusCode)}`);
    return headers['location'];
  } finally {
    await dispatcher.close();
  }
}

/** A browser in which somebody has signed in. */
export async function signedInBrowser(replica: Replica, login: string): Promise<Browser> {
  const browser = new Browser();
  const { page } = await browser.walk(`${replica.server.httpUrl}/auth/login`, { login, password: login });
  if (!page.includes(`Signed in as <strong>${login}</strong>`)) throw new Error(`${login} is not signed in`);
  return browser;
}

/** From the control plane to GitHub, where the chosen person consents. @returns the address of the way back */
export async function toGithubAndBack(replica: Replica, standin: StandinProcess, browser: Browser): Promise<string> {
  const answer = await browser.send(`${replica.server.httpUrl}/github/link`);
  return followAtGithub(standin, answer.headers.get('location') ?? '');
}

/** Links an account without a page, as a terminal does. */
export async function linkByDevice(standin: StandinProcess, person: Person, githubLogin: string): Promise<Answer> {
  await consentAs(standin, githubLogin);
  const begun = await person.post('/github/links/device');
  if (begun.status !== 200) throw new Error(JSON.stringify(begun.body));
  const linked = await person.post('/github/links/device/token', { handle: begun.body['handle'] });
  await consentAs(standin);
  return linked;
}
