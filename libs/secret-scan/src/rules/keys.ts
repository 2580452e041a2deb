import { base64Text } from '../checks/base64-text.js';
import { hasBech32Checksum } from '../checks/checksums.js';
import { jsonWebToken } from '../forms/json-web-token.js';
import { prefixedToken } from '../forms/prefixed-token.js';
import { armouredKey } from '../forms/private-key.js';
import { specialRule } from '../forms/special-rule.js';
import type { Rule } from '../rule.js';

const PEM = /-----BEGIN (?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/y;
const SSH2 = /---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----/y;
const PUTTY = /PuTTY-User-Key-File-[123]: [a-z0-9-]{5,40}/y;

/** Keys and tokens of open standards: RFC 7468 (PEM), 4880 (PGP), 4716 (SSH2), 7519 (JWT), age-encryption.org. */
export const KEYS: readonly Rule[] = [
  specialRule({
    id: 'private-key',
    title: 'Private key (PEM, OpenSSH or PGP)',
    keywords: ['-----begin '],
    expressions: [PEM],
    find: armouredKey(PEM),
    block: true,
    examples: {
      like: [
        '-----BEGIN RSA PRIVATE KEY-----\n{b64}\n{b64}\n-----END RSA PRIVATE KEY-----',
        '"private_key": "-----BEGIN PRIVATE KEY-----\\n{b64}\\n{b64}\\n-----END PRIVATE KEY-----\\n"',
        '-----BEGIN OPENSSH PRIVATE KEY-----\n{b70}\n{b70}',
        '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{b64}\n{b64}\n',
      ],
      unlike: [
        '-----BEGIN PUBLIC KEY-----\n{b64}\n{b64}\n',
        '-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----',
        '-----BEGIN CERTIFICATE-----\n{b64}\n{b64}\n',
      ],
    },
  }),
  specialRule({
    id: 'ssh2-private-key',
    title: 'Private key (SSH2)',
    keywords: ['---- begin ssh2'],
    expressions: [SSH2],
    find: armouredKey(SSH2),
    block: true,
    examples: {
      like: [
        '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n{b70}\n{b70}\n',
        '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\r\nComment: "a"\r\n{b70}\r\n',
      ],
      unlike: ['---- BEGIN SSH2 PUBLIC KEY ----\n{b70}\n{b70}\n', '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n'],
    },
  }),
  specialRule({
    id: 'putty-private-key',
    title: 'Private key (PuTTY)',
    keywords: ['putty-user-key-file-'],
    expressions: [PUTTY],
    find: armouredKey(PUTTY),
    block: true,
    examples: {
      like: [
        'PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nPublic-Lines: 1\n{b64}\nPrivate-Lines: 1\n{b64}\n',
        'PuTTY-User-Key-File-3: ssh-ed25519\n{b64}\n',
      ],
      unlike: ['PuTTY-User-Key-File-2: ssh-rsa\n', 'PuTTY-User-Key-File-9: ssh-rsa\n{b64}\n{b64}\n'],
    },
  }),
  prefixedToken({
    id: 'age-secret-key',
    title: 'age secret key',
    prefix: 'AGE-SECRET-KEY-1',
    body: '[AC-HJ-NP-Z02-9]{58}',
    check: (token) => (hasBech32Checksum(token) ? 'proven' : { doubt: 'its checksum is wrong' }),
    like: ['AGE-SECRET-KEY-1{bech32}', '# created\nAGE-SECRET-KEY-1{bech32}\n'],
  }),
  specialRule({
    id: 'json-web-token',
    title: 'JSON Web Token',
    keywords: ['eyj'],
    find: jsonWebToken,
    examples: {
      like: ['Authorization: Bearer {jwt}', '"token": "{jwt}"'],
      unlike: ['eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9', '{a10}{jwt}'],
    },
  }),
  prefixedToken({
    id: 'json-web-token-in-base64',
    title: 'JSON Web Token in base64, as in manifests of secrets',
    // what base64 makes of `eyJ`
    prefix: 'ZXlK',
    body: '[A-Za-z0-9+/_-]{80,7000}={0,2}',
    reach: 7100,
    check: (token) => (/^eyJ[\w-]{10,2000}\.eyJ[\w-]{4,5000}\./.test(base64Text(token) ?? '') ? 'ok' : 'no'),
    like: ['token: {jwt64}', '{"data":{"token":"{jwt64}"}}'],
    unlike: ['ZXlKaGJHY2lPaUpJVXpJMU5pSXNJblI1Y0NJNklrcFhWQ0o5'],
  }),
];
