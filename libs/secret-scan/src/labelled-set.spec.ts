import { RULES } from './rules/index.js';
import { scanText } from './scan-text.js';
import { exampleText, placeholderText } from './testing/example-text.js';
import { positivesOf, type Positive } from './testing/labelled-set.js';
import { SeededRandom } from './testing/seeded-random.js';

const SECRETS = RULES.filter(({ kind }) => kind === 'secret');
const random = new SeededRandom(20_251_125);
const positives = SECRETS.flatMap((rule) => positivesOf(rule, random));

const isFound = ({ path, text, line }: Positive): boolean =>
  scanText(Buffer.from(text), path).some((finding) => finding.kind === 'secret' && Math.abs(finding.line - line) <= 1);

test('several thousand secrets in what people write: over 98% are found', () => {
  const missed = positives.filter((positive) => !isFound(positive));
  const recall = 1 - missed.length / positives.length;
  process.stdout.write(
    `recall ${(recall * 100).toFixed(2)}% of ${positives.length} secrets of ${SECRETS.length} rules\n`,
  );
  expect(positives.length).toBeGreaterThan(3000);
  expect(
    missed
      .slice(0, 20)
      .map(({ rule, context, text }) => `${rule} in ${context}: ${text}`)
      .filter(() => recall < 0.98),
  ).toEqual([]);
  expect(recall).toBeGreaterThan(0.98);
});

test('nine in ten are told by their own rule or a more telling one', () => {
  const own = positives.filter(({ rule, path, text }) =>
    scanText(Buffer.from(text), path).some((finding) => finding.rule === rule),
  );
  expect(own.length / positives.length).toBeGreaterThan(0.9);
});

/** What looks like a secret and is none, as templates. */
const NEGATIVES = [
  ['id: {uuid}', 'a.yml'],
  ['commit {h40}', 'CHANGELOG.md'],
  ['"integrity": "sha512-{b86}=="', 'package-lock.json'],
  ['"resolved": "https://registry.npmjs.org/a/-/a-1.2.3.tgz#{h40}"', 'yarn.lock'],
  ['github.com/acme/a v1.2.3 h1:{b43}=', 'go.sum'],
  ['checksum = "{h64}"', 'Cargo.lock'],
  ['image: registry.acme.io/app@sha256:{h64}', 'deploy.yml'],
  ['background: url(data:image/png;base64,iVBORw0KGgo{b400}==)', 'a.css'],
  ['//# sourceMappingURL=data:application/json;base64,{b300}=', 'a.js'],
  ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA{b43} me@host', 'id.pub'],
  ['-----BEGIN CERTIFICATE-----\n{b64}\n{b64}\n-----END CERTIFICATE-----', 'ca.pem'],
  ['etag: "{h32}"', 'a.http'],
  ['<script integrity="sha384-{b64}" crossorigin="anonymous">', 'a.html'],
  ['const token = tokens[{d3}].value;', 'a.ts'],
  ['password: process.env.DB_PASSWORD,', 'a.ts'],
  ['password = os.environ["DB_PASSWORD"]', 'a.py'],
  ['password: ${{ secrets.DB_PASSWORD }}', '.github/workflows/a.yml'],
  ['token: {{ .Values.token }}', 'chart.yaml'],
  ['SECRET_KEY=<your-secret-key>', '.env.example'],
  ['API_KEY=xxxxxxxxxxxxxxxxxxxxxxxx', '.env.example'],
  ['DB_PASSWORD=changeme', '.env.example'],
  ['DATABASE_URL=postgres://postgres:postgres@localhost:5432/app', '.env.example'],
  ['AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE', 'README.md'],
  ['AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'README.md'],
  ['{a20}{a20}{a20}{a20}', 'a.txt'],
  ['const id = "{a24}";', 'a.ts'],
  ['public_key = "{b43}="', 'a.toml'],
  ['uuid: {uuid}, parent: {uuid}', 'a.json'],
  ['0x{h64}', 'a.sol'],
  ['passwordHash: "$2b$10${a22}{a31}"', 'a.ts'],
  ['type AccessToken = { token: string; secret: string };', 'a.ts'],
  ['https://user:password@example.com/', 'README.md'],
  ['Authorization: Bearer <token>', 'README.md'],
  ['csrf_token: {{ csrf() }}', 'a.html'],
] as const;

test('what only looks like a secret is no finding', () => {
  for (let seed = 1; seed <= 40; seed++)
    for (const [template, path] of NEGATIVES) {
      const text = exampleText(template, new SeededRandom(seed));
      expect([text, scanText(Buffer.from(text), path).map(({ rule }) => rule)]).toEqual([text, []]);
    }
});

test('documentation that puts x for every character is no finding', () => {
  for (const { id, examples } of SECRETS)
    for (const template of examples.like.filter((each) => !each.includes('{basic}'))) {
      const text = placeholderText(template);
      const blocked = scanText(Buffer.from(text), 'README.md').filter(({ severity }) => severity === 'block');
      expect([id, text, blocked.map(({ rule }) => rule)]).toEqual([id, text, []]);
    }
});
