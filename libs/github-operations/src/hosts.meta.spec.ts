import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isStorageHost } from './download/storage-hosts.js';
import { GITHUB_DOMAINS, GITHUB_HOSTS, surfaceOfHost } from './hosts.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Sources that ship, without the stand-in, which is GitHub itself and names its own hosts. */
function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(path.join(ROOT, folder), { withFileTypes: true })) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory() && !['node_modules', 'dist', 'gen'].includes(entry.name)) yield* sources(name);
    else if (/(?<!\.(?:spec|bench|gen))\.ts$/.test(entry.name) && !name.startsWith('apps/github-standin/')) yield name;
  }
}

/** Files in which several hosts of GitHub's stand as literals: another list that could be forgotten. */
const listing = (file: string): boolean => {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const named = GITHUB_HOSTS.filter((host) => text.includes(`'${host}'`));
  const domains = GITHUB_DOMAINS.filter((domain) => text.includes(`'${domain}'`));
  return named.length > 3 || domains.length > 2;
};

describe("GitHub's hosts", () => {
  it('all lie in the domains that the agent governs, and are of a known kind', () => {
    for (const host of GITHUB_HOSTS) {
      expect(GITHUB_DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`))).toBe(true);
      expect(surfaceOfHost(host)).toBeDefined();
    }
  });

  it('are reached by a signed address only where files lie', () => {
    const kinds = new Set(GITHUB_HOSTS.filter(isStorageHost).map(surfaceOfHost));
    expect([...kinds].sort()).toEqual(['codeload', 'gist', 'objects', 'raw', 'uploads']);
  });

  it('are listed once: everything else follows from hosts.ts', () => {
    const files = [...sources('apps'), ...sources('libs')];
    expect(files.length).toBeGreaterThan(200);
    // the names of one host each, for addresses that are built or recognised
    const allowed = ['libs/github-operations/src/hosts.ts', 'apps/agent/src/exchange/hosts.ts'];
    expect(files.filter((file) => listing(file) && !allowed.includes(file))).toEqual([]);
  });
});
