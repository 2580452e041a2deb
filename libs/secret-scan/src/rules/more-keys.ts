import { base64Text } from '../checks/base64-text.js';
import { isGenerated } from '../checks/entropy.js';
import { namedValue } from '../forms/named-value.js';
import { specialRule } from '../forms/special-rule.js';
import type { Hit, Match, Rule } from '../rule.js';
import { cutText } from '../forms/cut-text.js';

const PEM_REACH = 8000;
const ENCODED_PEM = /[A-Za-z0-9+/]{100,6000}={0,2}/y;

/** Base64 of a PEM private key, as in kubeconfig files and environment variables. The hit is base64 of `-----BEGIN`. */
function encodedKey(hit: Hit): Match | undefined {
  ENCODED_PEM.lastIndex = 0;
  const [text] = ENCODED_PEM.exec(cutText(hit, hit.start, Math.min(hit.to, hit.start + PEM_REACH))) ?? [];
  if (text === undefined || !/^-----BEGIN [A-Z ]{0,40}PRIVATE KEY/.test(base64Text(text.slice(0, 88)) ?? ''))
    return undefined;
  return { start: hit.start, end: hit.start + text.length, shown: 0 };
}

/** The private part of a JSON Web Key (RFC 7517): `d`, near `kty`. */
const JWK_PART = /"d" {0,2}: {0,2}"([A-Za-z0-9_-]{40,1400})"/;
const JWK_NEAR = 3500;

function jsonWebKey(hit: Hit): Match | undefined {
  const type = cutText(hit, hit.end, Math.min(hit.to, hit.end + 12));
  if (!/^ {0,2}: {0,2}"(?:EC|RSA|OKP)/.test(type)) return undefined;
  const from = Math.max(hit.from, hit.start - 400);
  const text = cutText(hit, from, Math.min(hit.to, hit.end + JWK_NEAR));
  const found = JWK_PART.exec(text);
  if (!found?.[1] || !isGenerated(found[1])) return undefined;
  const end = from + found.index + found[0].length - 1;
  return { start: end - found[1].length, end, shown: 0 };
}

/** Keys of frameworks and of open formats that have no prefix of their own. */
export const MORE_KEYS: readonly Rule[] = [
  specialRule({
    id: 'encoded-private-key',
    title: 'Private key (PEM, base64 once more)',
    keywords: ['ls0tls1crudjti'],
    find: encodedKey,
    examples: {
      like: ['client-key-data: {pem}', 'PRIVATE_KEY_B64={pem}'],
      unlike: ['certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t{b200}', 'LS0tLS1CRUdJTi'],
    },
  }),
  specialRule({
    id: 'json-web-key',
    title: 'Private JSON Web Key',
    keywords: ['"kty"'],
    find: jsonWebKey,
    examples: {
      like: [
        '{"kty":"EC","crv":"P-256","x":"{w43}","y":"{w43}","d":"{w43}"}',
        '{"d": "{w342}", "kty": "RSA", "n": "{w342}", "e": "AQAB"}',
      ],
      unlike: ['{"kty":"EC","crv":"P-256","x":"{w43}","y":"{w43}"}', '{"kty":"oct"}'],
    },
  }),
  namedValue({
    id: 'wireguard-key',
    title: 'WireGuard private key',
    names: ['privatekey', 'presharedkey', 'private_key', 'wireguard'],
    telling: true,
    value: '[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=',
    like: ['PrivateKey = {b42}A=', 'PresharedKey = {b42}8='],
    unlike: ['PublicKey = {b42}A=', 'PrivateKey = {b20}='],
  }),
  namedValue({
    id: 'framework-key',
    title: 'Application key of Laravel, Rails or Symfony',
    names: [
      'app_key',
      'secret_key_base',
      'rails_master_key',
      'app_secret',
      'nextauth_secret',
      'session_secret',
      'cookie_secret',
      'jwt_secret',
      'jwt_key',
      'encryption_key',
    ],
    telling: true,
    value: '(?:base64:[A-Za-z0-9+/]{43}=|[0-9a-f]{128}|[0-9a-f]{64}|[0-9a-f]{32})',
    like: ['APP_KEY=base64:{b43}=', 'secret_key_base: {h128}', 'RAILS_MASTER_KEY={h32}', 'JWT_SECRET={h64}'],
    unlike: ['APP_KEY_HASH={h32}', 'APP_KEY='],
  }),
];
