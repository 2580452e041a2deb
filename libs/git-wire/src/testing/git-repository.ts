import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ENVIRONMENT = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'C',
  GIT_COMMITTER_EMAIL: 'c@example.com',
  GIT_AUTHOR_DATE: '1700000000 +0000',
  GIT_COMMITTER_DATE: '1700000000 +0000',
};

/** A real repository in a temporary folder; `remove` it. */
export class GitRepository {
  readonly path = mkdtempSync(join(tmpdir(), 'holdshort-git-wire-'));

  constructor(readonly format: 'sha1' | 'sha256' = 'sha1') {
    this.git(['init', '-q', '-b', 'main', `--object-format=${format}`]);
    this.git(['config', 'gc.auto', '0']);
  }

  git(args: string[], input?: string | Buffer): string {
    return this.raw(args, input).toString('utf8').trim();
  }

  raw(args: string[], input?: string | Buffer): Buffer {
    return execFileSync('git', args, {
      cwd: this.path,
      env: ENVIRONMENT,
      input: input ?? '',
      maxBuffer: 2 ** 30,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  /** Sends `stream` (git-fast-import(1)) and returns the marks as ids. */
  fastImport(stream: string | Buffer): Map<number, string> {
    this.git(['fast-import', '--quiet', '--force', '--depth=50', '--export-marks=.git/marks'], stream);
    const lines = readFileSync(join(this.path, '.git/marks'), 'utf8').trim().split('\n');
    return new Map(lines.map((line) => line.split(' ')).map(([mark, id]) => [Number(mark?.slice(1)), id ?? '']));
  }

  /** A pack of what the revisions reach: `['main', '^v1']`, or `['--all']`. */
  pack(revisions: string[], ...options: string[]): Buffer {
    const all = revisions.includes('--all') ? ['--all'] : [];
    const named = revisions.filter((revision) => revision !== '--all');
    return this.raw(['pack-objects', '--revs', ...all, '--stdout', '-q', ...options], `${named.join('\n')}\n`);
  }

  /** Every object: id, type, size. */
  objects(): { id: string; type: string; size: number }[] {
    const lines = this.git([
      'cat-file',
      '--batch-all-objects',
      '--batch-check=%(objectname) %(objecttype) %(objectsize)',
    ]);
    return lines
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(' '))
      .map(([id, type, size]) => ({ id: id ?? '', type: type ?? '', size: Number(size) }));
  }

  /** Whether git takes `pack`, and then the ids in it, sorted. */
  indexPack(pack: Buffer): string[] | undefined {
    const path = join(this.path, 'probe.pack');
    writeFileSync(path, pack);
    try {
      this.git(['index-pack', '--strict', `--object-format=${this.format}`, path]);
      const lines = this.git(['verify-pack', '-v', path]).split('\n');
      return lines
        .filter((line) => /^[0-9a-f]{40,64} (commit|tree|blob|tag)/.test(line))
        .map((line) => line.split(' ')[0] ?? '')
        .sort();
    } catch {
      return undefined; // git's refusal is the answer
    } finally {
      for (const end of ['pack', 'idx', 'rev']) rmSync(join(this.path, `probe.${end}`), { force: true });
    }
  }

  isAncestor(ancestor: string, descendant: string): boolean {
    return this.git(['rev-list', '--count', ancestor, `^${descendant}`]) === '0';
  }

  mergeBases(one: string, other: string): string[] {
    try {
      return this.git(['merge-base', '--all', one, other]).split('\n').filter(Boolean);
    } catch {
      return []; // git answers with a failure when there is none
    }
  }

  objectType(mode: string): string {
    if (mode === '040000') return 'tree';
    return mode === '160000' ? 'commit' : 'blob';
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
