import { authorizationValue } from '../forms/authorization-value.js';
import { basicCredential, commandPassword } from '../forms/basic-credential.js';
import { connectionPassword } from '../forms/connection-password.js';
import { passwordLike } from '../forms/password-like.js';
import { specialRule } from '../forms/special-rule.js';
import { urlPassword } from '../forms/url-password.js';
import { PRECEDENCE, type Rule } from '../rule.js';

/** Credentials of no provider: told by where they stand. All may be guessable; those that are only likely are warnings. */
export const GENERIC: readonly Rule[] = [
  specialRule({
    id: 'url-password',
    title: 'URL with a password',
    keywords: ['://'],
    find: urlPassword,
    guessable: true,
    precedence: PRECEDENCE.named,
    examples: {
      like: [
        'https://deploy:{a16}@git.acme.io/a.git',
        'smtp://mailer:{a12}@mail.acme.io:587',
        'ftp://files:{a10}@ftp.acme.io/',
      ],
      unlike: [
        'https://user:pass@host/',
        'http://localhost:8080/a@b',
        'https://${USER}:${PASSWORD}@host/',
        'https://medium.com/@name',
      ],
    },
  }),
  specialRule({
    id: 'connection-string-password',
    title: 'Connection string with a password',
    keywords: ['password=', 'pwd='],
    find: connectionPassword,
    guessable: true,
    examples: {
      like: [
        'Server=tcp:db.acme.io,1433;User ID=app;Password={a14};Encrypt=true;',
        'host=db user=app password={a12} dbname=app',
        'Data Source=db;UID=app;PWD={a16};',
      ],
      unlike: [
        'Server=db;User ID=app;Password=${DB_PASSWORD};',
        'Server=db;User ID=sa;Password=password;',
        'password=true;',
      ],
    },
  }),
  specialRule({
    id: 'basic-authorization',
    title: 'Basic authorization header',
    keywords: ['basic '],
    find: basicCredential(/^basic ["'`]?$/i, /authorization["'`\]]{0,2}\s{0,3}[:=,]\s{0,3}["'`]?$/i),
    guessable: true,
    examples: {
      like: ['Authorization: Basic {basic}', '"Authorization": "Basic {basic}"'],
      unlike: ['Authorization: Basic dXNlcjpwYXNzd29yZA==', 'a basic understanding of things'],
    },
  }),
  specialRule({
    id: 'authorization-header',
    title: 'Token in an Authorization header',
    severity: 'warn',
    keywords: ['authorization'],
    find: authorizationValue,
    guessable: true,
    precedence: PRECEDENCE.generic,
    examples: {
      like: [
        'curl -H "Authorization: Bearer {h40}" https://api.acme.io',
        '"Authorization": "token {a32}"',
        'Authorization: {uuid}',
      ],
      unlike: [
        'Authorization: Bearer $TOKEN',
        'Authorization: Bearer <your-api-token>',
        'headers.Authorization = authorizationHeader;',
        'authorization: string',
      ],
    },
  }),
  specialRule({
    id: 'docker-config-auth',
    title: 'Registry login of Docker',
    keywords: ['"auth"'],
    find: basicCredential(/^"auth"$/i, /$/),
    guessable: true,
    examples: {
      like: ['{"auths":{"registry.acme.io":{"auth":"{basic}"}}}', '"auth": "{basic}"'],
      unlike: ['"auth": "none"', '"auth": "dXNlcjpwYXNzd29yZA=="'],
    },
  }),
  specialRule({
    id: 'command-line-password',
    title: 'User and password on a command line',
    severity: 'warn',
    keywords: ['curl ', 'wget ', 'sshpass ', 'mysql ', 'docker login '],
    find: commandPassword,
    guessable: true,
    examples: {
      like: [
        'curl -u deploy:{a14} https://api.acme.io',
        'sshpass -p {a12} ssh host',
        'curl --user admin:{a16} host',
        'curl -X POST https://acme.io \\\n  -u ci:{a16}',
        'curl -u ":{a14}" https://acme.io',
        'docker login -u ci -p {a20} registry.acme.io',
      ],
      unlike: ['curl -u user:password https://host', 'curl -u $USER:$PASS host', 'mysql -u root app'],
    },
  }),
  specialRule({
    id: 'generic-secret',
    title: 'Value that reads like a password, key or token',
    severity: 'warn',
    keywords: ['pass', 'secret', 'token', 'key', 'credential', 'pwd', '_pat', 'bearer', '_salt'],
    find: passwordLike,
    guessable: true,
    precedence: PRECEDENCE.generic,
    examples: {
      like: [
        'DB_PASSWORD=Tr0ub{a8}!9x',
        'const apiKey = "{a32}";',
        'secret_key: "{h48}"',
        '<add key="AdminPassword" value="{a14}!" />',
        'name: DB_PASSWORD\n  value: "{a16}!"',
      ],
      unlike: [
        'password = "changeme"',
        'token: ${TOKEN}',
        'const token = getToken(request);',
        'password: string',
        'token_type: "bearer"',
        'secret: "my-app-secret"',
        'API_KEY=<YOUR_API_KEY>',
      ],
    },
  }),
];
