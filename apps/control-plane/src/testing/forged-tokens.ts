import { generateKeyPair, type JWTPayload } from 'jose';
import type { ForgingProvider } from './forging-provider.js';

type Forge = (provider: ForgingProvider, right: JWTPayload) => Promise<string> | string;

const now = (): number => Math.floor(Date.now() / 1000);

const changed =
  (changes: Record<string, unknown>): Forge =>
  (provider, right) =>
    provider.sign(JSON.parse(JSON.stringify({ ...right, ...changes })) as JWTPayload);

const withoutClaim =
  (name: string): Forge =>
  (provider, right) =>
    provider.sign(Object.fromEntries(Object.entries(right).filter(([claim]) => claim !== name)));

/** Tokens that must open nothing, wherever they are presented. */
export const FORGED: readonly (readonly [what: string, forge: Forge])[] = [
  ['expired', changed({ iat: now() - 7200, exp: now() - 3600 })],
  ['not valid yet', changed({ nbf: now() + 3600 })],
  ['for another audience', changed({ aud: 'another' })],
  ['of another issuer', changed({ iss: 'https://idp.example' })],
  ['of the issuer with a slash more', (provider, right) => provider.sign({ ...right, iss: `${provider.issuer}/` })],
  ['unsigned', (provider, right) => provider.unsigned(right)],
  [
    'signed with an empty key',
    async (provider, right) => (await provider.signShared(right, 'x')).replace(/[^.]*$/, ''),
  ],
  [
    'signed with the public key as a shared one',
    async (provider, right) => provider.signShared(right, await provider.publicKeyText()),
  ],
  [
    'signed with another key of the same name',
    async (provider, right) => provider.sign(right, {}, (await generateKeyPair('RS256')).privateKey),
  ],
  [
    'signed with a key that is not published',
    (provider, right) => provider.sign(right, { kid: 'two' }).then((token) => `${token.slice(0, -8)}AAAAAAAA`),
  ],
  [
    'changed after it was signed',
    async (provider, right) => {
      const [head = '', , signature = ''] = (await provider.sign(right)).split('.');
      const body = Buffer.from(JSON.stringify({ ...right, sub: 'ext-admin', groups: ['admins'] })).toString(
        'base64url',
      );
      return `${head}.${body}.${signature}`;
    },
  ],
  ['without an issue date', withoutClaim('iat')],
  ['no token', () => 'eyJ.eyJ.x'],
];

/** Id tokens and workload tokens say of whom and until when; logout tokens need neither. */
export const FORGED_IDENTITIES: typeof FORGED = [
  ...FORGED,
  ['without a subject', withoutClaim('sub')],
  ['without an end', withoutClaim('exp')],
];
