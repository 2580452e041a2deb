import { setTimeout as delay } from 'node:timers/promises';
import { HoldshortError } from '@holdshort/errors';
import type { DeviceLogin } from './api-types.js';
import { ControlPlaneRefusal, type ControlPlaneClient } from './control-plane-client.js';
import { FormWalker } from './form-walker.js';
import type { SignIn } from './sign-ins.js';
import type { StackLocation } from './stack-location.js';

const MESSAGES: Record<string, string> = {
  access_denied: 'The sign-in was refused at the identity provider.',
  expired_token: 'Nobody finished the sign-in in time.',
};

/** RFC 8628 3.5: each `slow_down` adds 5 seconds. */
const SLOW_DOWN_SECONDS = 5;

/** One try to collect the sign-in: undefined while the person is not done; the seconds to add to the interval. */
async function poll(client: ControlPlaneClient, handle: string): Promise<SignIn | number> {
  try {
    return await client.post<SignIn>('/auth/device/token', { handle });
  } catch (thrown) {
    if (!(thrown instanceof ControlPlaneRefusal)) throw thrown;
    if (thrown.deviceError === 'authorization_pending') return 0;
    if (thrown.deviceError === 'slow_down') return SLOW_DOWN_SECONDS;
    const message = MESSAGES[thrown.deviceError ?? ''];
    if (message === undefined) throw thrown;
    throw new HoldshortError('not_authenticated', message, { advice: 'Start again with `holdshort login`.' });
  }
}

/** Starts a device sign-in, hands it to `show`, and waits until the person has finished it. */
export async function signInByDevice(
  client: ControlPlaneClient,
  show: (device: DeviceLogin) => Promise<void>,
  issuer?: string,
): Promise<SignIn> {
  const device = await client.post<DeviceLogin>('/auth/device', issuer === undefined ? {} : { issuer });
  await show(device);
  const deadline = Date.now() + device.expires_in * 1000;
  let interval = device.interval;
  // Asked at once: where the person is walked through, the answer is there already.
  while (Date.now() < deadline) {
    const answer = await poll(client, device.handle);
    if (typeof answer !== 'number') return answer;
    interval += answer;
    await delay(interval * 1000);
  }
  throw new HoldshortError('not_authenticated', MESSAGES.expired_token ?? '', {
    advice: 'Start again with `holdshort login`.',
  });
}

/**
 * Signs a person of the embedded stack in, walking the local provider's pages.
 * @throws HoldshortError `not_authorized` where the stack is not an embedded one
 */
export async function signInAsDeveloper(
  client: ControlPlaneClient,
  stack: StackLocation,
  login: string,
): Promise<SignIn> {
  const { embedded } = stack;
  if (embedded === undefined) {
    throw new HoldshortError('not_authorized', 'Signing in without a browser exists for the embedded stack only.', {
      advice: 'Use `holdshort login` without --dev.',
    });
  }
  const person = embedded.users.find((user) => user.login === login);
  if (person === undefined) {
    const known = embedded.users.map((user) => user.login).join(', ');
    throw new HoldshortError('not_found', `The embedded stack knows no ${login}.`, { advice: `Use one of ${known}.` });
  }
  return signInByDevice(client, async (device) => {
    const start = device.verification_uri_complete ?? device.verification_uri;
    requireLocalProvider(start, embedded.idp);
    await new FormWalker(start).walk({ user_code: device.user_code, login: person.login, password: person.password });
  });
}

/** Known passwords are typed into the local provider and nowhere else, whatever the control plane says. */
function requireLocalProvider(start: string, idp: string): void {
  const { origin, hostname } = new URL(start);
  if (origin === new URL(idp).origin && hostname === '127.0.0.1') return;
  throw new HoldshortError('not_authorized', 'The control plane does not use the local identity provider.', {
    advice: 'Use `holdshort login` without --dev.',
  });
}
