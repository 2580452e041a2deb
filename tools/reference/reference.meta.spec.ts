import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const check = () =>
  spawnSync(process.execPath, ['tools/generate-reference.mjs', '--check'], { cwd: ROOT, encoding: 'utf8' });

describe('docs/reference', () => {
  it('says what the tables in the code say', () => {
    const { status, stdout, stderr } = check();
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('is reported where it does not', () => {
    const page = `${ROOT}docs/reference/reasons.md`;
    const text = readFileSync(page, 'utf8');
    writeFileSync(page, text.replace('policy_permits', 'policy_allows'));
    try {
      expect(check()).toMatchObject({ status: 1, stdout: expect.stringContaining('docs/reference/reasons.md') });
    } finally {
      writeFileSync(page, text);
    }
  });
});
