import type { Rule } from '../rule.js';
import { exampleText } from './example-text.js';
import type { SeededRandom } from './seeded-random.js';

/** One text with a secret on a line that is known. */
export interface Positive {
  rule: string;
  context: string;
  path: string;
  text: string;
  line: number;
}

interface Context {
  name: string;
  path: string;
  /** Text around a name and its value; the value stands on the line where `@` is. */
  text: (name: string, value: string) => string;
}

const camel = (name: string): string =>
  name.toLowerCase().replace(/[_-]([a-z])/g, (_, letter: string) => letter.toUpperCase());
const quoted = (value: string): string => JSON.stringify(value);
const upper = (name: string): string => name.toUpperCase().replaceAll('-', '_');

/** What people write secrets into: settings, manifests, ten languages, shells, links. */
const CONTEXTS: readonly Context[] = [
  { name: 'env', path: '.env', text: (name, value) => `NODE_ENV=production\n${upper(name)}=${value}\nPORT=3000\n` },
  { name: 'env, quoted', path: '.env.local', text: (name, value) => `# local\n${upper(name)}="${value}"\n` },
  {
    name: 'yaml',
    path: 'config/app.yml',
    text: (name, value) => `production:\n  ${name.toLowerCase()}: ${value}\n  pool: 5\n`,
  },
  {
    name: 'compose',
    path: 'docker-compose.yml',
    text: (name, value) => `services:\n  web:\n    environment:\n      - ${upper(name)}=${value}\n`,
  },
  {
    name: 'kubernetes',
    path: 'k8s/deploy.yaml',
    text: (name, value) => `env:\n  - name: ${upper(name)}\n    value: ${quoted(value)}\n`,
  },
  {
    name: 'json',
    path: 'config.json',
    text: (name, value) => `{\n  "debug": true,\n  ${quoted(camel(name))}: ${quoted(value)}\n}\n`,
  },
  { name: 'json in one line', path: 'a.json', text: (name, value) => `{"a":1,${quoted(name)}:${quoted(value)},"b":2}` },
  {
    name: 'json within a string',
    path: 'b.json',
    text: (name, value) => `{"body":${quoted(JSON.stringify({ [name]: value }))}}`,
  },
  { name: 'toml', path: 'config.toml', text: (name, value) => `[auth]\n${name.toLowerCase()} = ${quoted(value)}\n` },
  { name: 'ini', path: 'app.ini', text: (name, value) => `[auth]\r\n${name.toLowerCase()} = ${value}\r\n` },
  {
    name: 'properties',
    path: 'app.properties',
    text: (name, value) => `app.${name.toLowerCase().replaceAll('_', '.')}=${value}\n`,
  },
  {
    name: 'TypeScript',
    path: 'src/client.ts',
    text: (name, value) => `import x from 'x';\nexport const ${camel(name)} = '${value}';\n`,
  },
  {
    name: 'TypeScript, object',
    path: 'src/settings.ts',
    text: (name, value) => `const settings = {\n  ${camel(name)}: '${value}',\n};\n`,
  },
  { name: 'Python', path: 'app/settings.py', text: (name, value) => `import os\n${upper(name)} = "${value}"\n` },
  {
    name: 'Python, environment',
    path: 'app/env.py',
    text: (name, value) => `os.environ["${upper(name)}"] = "${value}"\n`,
  },
  { name: 'Go', path: 'main.go', text: (name, value) => `package main\n\nconst ${camel(name)} = "${value}"\n` },
  {
    name: 'Java',
    path: 'src/Config.java',
    text: (name, value) => `class Config {\n  private static final String ${upper(name)} = "${value}";\n}\n`,
  },
  { name: 'C#', path: 'Config.cs', text: (name, value) => `public const string ${camel(name)} = "${value}";\n` },
  { name: 'Ruby', path: 'config/a.rb', text: (name, value) => `ENV['${upper(name)}'] ||= '${value}'\n` },
  { name: 'PHP', path: 'config.php', text: (name, value) => `<?php\ndefine('${upper(name)}', '${value}');\n` },
  { name: 'Rust', path: 'src/main.rs', text: (name, value) => `const ${upper(name)}: &str = "${value}";\n` },
  { name: 'shell', path: 'deploy.sh', text: (name, value) => `#!/bin/sh\nset -e\nexport ${upper(name)}='${value}'\n` },
  { name: 'Dockerfile', path: 'Dockerfile', text: (name, value) => `FROM node\nENV ${upper(name)} ${value}\n` },
  {
    name: 'Terraform',
    path: 'main.tf',
    text: (name, value) => `variable "${name.toLowerCase()}" {\n  default = "${value}"\n}\n`,
  },
  {
    name: 'XML',
    path: 'web.config',
    text: (name, value) => `<appSettings>\n  <add key="${camel(name)}" value="${value}" />\n</appSettings>\n`,
  },
  {
    name: 'minified',
    path: 'app.min.js',
    text: (name, value) => `!function(){var e={${camel(name)}:"${value}",n:1};t(e)}();`,
  },
  { name: 'diff', path: 'a.patch', text: (name, value) => `+++ b/.env\n+${upper(name)}=${value}\n` },
];

/** Where a token that says what it is may also stand: no name helps. */
const BARE: readonly Context[] = [
  {
    name: 'url',
    path: 'README.md',
    text: (_, value) => `See https://api.acme.io/v1/items?access=${value}&page=2 for more.\n`,
  },
  { name: 'bearer', path: 'api.http', text: (_, value) => `GET /v1/items\nAuthorization: Bearer ${value}\n\n` },
  { name: 'argument', path: 'run.sh', text: (_, value) => `tool login --with ${value} --quiet\n` },
  { name: 'markdown', path: 'NOTES.md', text: (_, value) => `Use \`${value}\` until Friday.\n` },
  { name: 'comment', path: 'src/a.js', text: (_, value) => `f(); // was: ${value}\n` },
  { name: 'list', path: 'tokens.csv', text: (_, value) => `name,value\nci,${value}\n` },
  { name: 'call', path: 'src/b.py', text: (_, value) => `client = Client('${value}')\n` },
  { name: 'escaped newline', path: 'x.json', text: (_, value) => `{"text":"first\\n${value}\\nlast"}\n` },
];

const NAMED = /^([A-Z][A-Z0-9_]{2,60})=(\S+)$/;

function placed(context: Context, rule: string, name: string, value: string): Positive {
  const text = context.text(name, value);
  const before = text.slice(0, Math.max(0, text.indexOf(value)));
  return { rule, context: context.name, path: context.path, text, line: before.split('\n').length };
}

/** Every example of a rule by itself, then its value in every context; `rounds` times with new characters. */
export function positivesOf(rule: Rule, random: SeededRandom): Positive[] {
  const whole = rule.examples.like.map((template) => ({
    rule: rule.id,
    context: 'as documented',
    path: 'src/a.ts',
    text: exampleText(template, random),
    line: 1,
  }));
  const bare = rule.examples.like.find(
    (template) => /^\S+$/.test(template) && !NAMED.test(template) && !/["'<]/.test(template),
  );
  if (bare !== undefined && rule.precedence === 3)
    return [
      ...whole,
      ...[...CONTEXTS, ...BARE].map((context) => placed(context, rule.id, 'SERVICE_TOKEN', exampleText(bare, random))),
    ];
  const named = rule.examples.like.map((template) => NAMED.exec(template)).find((found) => found !== null);
  if (!named) return whole;
  return [...whole, ...CONTEXTS.map((context) => placed(context, rule.id, named[1]!, exampleText(named[2]!, random)))];
}
