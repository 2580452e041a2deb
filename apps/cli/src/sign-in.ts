import type { ApiClient, DeviceLogin, SignIn } from '@holdshort/api-client';
import { HoldshortError } from '@holdshort/errors';
import { awaitDevice } from './await-device.js';
import { FormWalker } from './form-walker.js';
import type { StackLocation } from './stack-location.js';

const over = (message: string): HoldshortError =>
  new HoldshortError('not_authenticated', message, { advice: 'Start again with `holdshort login`.' });
const notInTime = (): HoldshortError => over('Nobody finished the sign-in in time.');

function refused(error: string | undefined): HoldshortError | undefined {
  if (error === 'access_denied') return over('The sign-in was refused at the identity provider.');
  return error === 'expired_token' ? notInTime() : undefined;
}

/** Starts a device sign-in, hands it to `show`, and waits until the person has finished it. */
export async function signInByDevice(
  client: ApiClient,
  show: (device: DeviceLogin) => Promise<void>,
  issuer?: string,
): Promise<SignIn> {
  const device = await client.call('POST /auth/device', { body: { issuer } });
  await show(device);
  return awaitDevice(device, {
    redeem: (handle) => client.call('POST /auth/device/token', { body: { handle } }),
    refusal: refused,
    late: notInTime,
  });
}

/**
 * Signs a person of the embedded stack in, walking the local provider's pages.
 * @throws HoldshortError `not_authorized` where the stack is not an embedded one
 */
export async function signInAsDeveloper(client: ApiClient, stack: StackLocation, login: string): Promise<SignIn> {
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
