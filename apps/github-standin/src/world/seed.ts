import type { NewCommit, NewFile, Signature } from '../git/fast-import.js';
import { afterPush } from './pull-state.js';
import type { World } from './world.js';

/** The people of the embedded stack; they have accounts at GitHub too. */
const PEOPLE = ['alice', 'bob', 'sam', 'sue', 'carol', 'dave', 'mallory'];

/** Monday, 5 January 2026, 09:00 UTC: a history that does not move with the clock. */
const FIRST_COMMIT = 1_767_603_600;

const WORKFLOW = `name: ci
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: npm ci && npm test
`;

const person = (login: string, time: number): Signature => ({ name: login, email: `${login}@example.test`, time });

type Step = [author: string, message: string, files: Record<string, string | null>];

const APP_HISTORY: Step[] = [
  [
    'alice',
    'Start the service',
    { 'README.md': '# app\n\nThe service that everybody works on.\n', 'src/server.js': 'export const port = 8080;\n' },
  ],
  ['bob', 'Say hello', { 'src/hello.js': 'export const hello = (name) => `hello ${name}`;\n' }],
  [
    'alice',
    'Test and build on every push',
    {
      '.github/workflows/ci.yml': WORKFLOW,
      'package.json': '{\n  "name": "app",\n  "version": "1.0.0",\n  "type": "module"\n}\n',
    },
  ],
  ['sam', 'Owners', { '.github/CODEOWNERS': '*           @acme/eng\n/.github/   @acme/security\n' }],
  [
    'bob',
    'Greet politely',
    {
      'src/hello.js': 'export const hello = (name) => `Hello, ${name}.`;\n',
      'test/hello.test.js': "import { hello } from '../src/hello.js';\n",
    },
  ],
  [
    'alice',
    'Describe the service',
    { 'README.md': '# app\n\nThe service that everybody works on.\n\nRun `npm start`.\n' },
  ],
];

const asFiles = (files: Record<string, string | null>): Record<string, NewFile | null> =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [path, content === null ? null : { content }]));

/** Commits on one branch, an hour apart. */
export const historyOf = (branch: string, steps: readonly Step[]): NewCommit[] =>
  steps.map(([author, message, files], index) => ({
    ref: `refs/heads/${branch}`,
    message: `${message}\n`,
    author: person(author, FIRST_COMMIT + index * 3600),
    files: asFiles(files),
  }));

const oneCommit = (files: Record<string, string>): NewCommit[] => historyOf('main', [['alice', 'First commit', files]]);

const PROTECTED = {
  required_pull_request_reviews: { required_approving_review_count: 1 },
  enforce_admins: { enabled: false },
};

/** `acme` with three repositories and the App installed, `other/private` without it. */
export async function seed(world: World): Promise<void> {
  for (const login of PEOPLE) world.account(login);
  world.install(world.account('acme', 'Organization'));
  const [app] = await Promise.all([
    world.createRepository(
      { owner: 'acme', name: 'app', private: true, description: 'The service' },
      historyOf('main', APP_HISTORY),
    ),
    world.createRepository(
      { owner: 'acme', name: 'payments', private: true, description: 'Payments, production' },
      oneCommit({ 'README.md': '# payments\n', 'src/charge.js': 'export const charge = (cents) => cents;\n' }),
    ),
    world.createRepository(
      { owner: 'acme', name: 'site', private: false, description: 'The public site' },
      oneCommit({ 'README.md': '# site\n', 'index.html': '<h1>acme</h1>\n' }),
    ),
    world.createRepository(
      { owner: 'other', name: 'private', private: true },
      oneCommit({ 'README.md': '# not yours\n' }),
    ),
  ]);
  app.protection.set('main', { enforced: false, settings: PROTECTED });
  await app.git.run(['tag', 'v1.0.0', 'main']);
  await afterPush(world, app);
}
