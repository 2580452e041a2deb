import { HoldshortError } from '@holdshort/errors';
import { isStorageHost } from '@holdshort/github-operations';

/**
 * An address that GitHub answered with, on one of its storage hosts.
 * @throws HoldshortError `host_unknown`, without the address: its query may be a credential
 */
export function signedAddress(text: string, base?: string): URL {
  const url = URL.parse(text, base);
  if (
    url?.protocol !== 'https:' ||
    url.port !== '' ||
    url.username !== '' ||
    url.password !== '' ||
    !isStorageHost(url.hostname)
  ) {
    const host = url?.hostname.slice(0, 200) ?? 'an unreadable address';
    throw new HoldshortError(
      'host_unknown',
      `GitHub's answer leads to ${host}, which is not a storage host that Holdshort knows.`,
      {
        advice: 'If it is one of GitHub, ask the platform team to have it reviewed.',
      },
    );
  }
  return url;
}
