import type { ApiClient, DeviceLogin, GithubLink } from '@holdshort/api-client';
import { HoldshortError } from '@holdshort/errors';
import { awaitDevice } from './await-device.js';

const notInTime = (): HoldshortError =>
  new HoldshortError('not_authorized', 'Nobody confirmed the code in time.', {
    advice: 'Start again with `holdshort github link`.',
  });

/** Begins a link by code, hands it to `show`, and waits until the person has answered at GitHub. */
export async function linkByDevice(
  client: ApiClient,
  place: { host?: string; app?: string },
  show: (device: DeviceLogin) => void,
): Promise<GithubLink> {
  const device = await client.call('POST /github/links/device', { body: place });
  show(device);
  return awaitDevice(device, {
    redeem: (handle) => client.call('POST /github/links/device/token', { body: { handle } }),
    refusal: (error) => (error === 'expired_token' ? notInTime() : undefined),
    late: notInTime,
  });
}
