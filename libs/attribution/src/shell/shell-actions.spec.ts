import fc from 'fast-check';
import { shellActions } from './shell-actions.js';

const verbs = (line: string): string =>
  shellActions([line])
    .map(({ verb, refs, background }) => [verb, ...refs, ...(background ? ['&'] : [])].join(' '))
    .join(', ');

it.each([
  ['git push', 'git push'],
  ['git push origin HEAD', 'git push'],
  ['git push -u origin fix-1', 'git push refs/heads/fix-1'],
  ['git push origin +HEAD:refs/heads/a a:b', 'git push refs/heads/a refs/heads/b'],
  ['git push origin "$BRANCH"', 'git push'],
  ['git -C /w -c user.name=x push origin main', 'git push refs/heads/main'],
  ['git push --dry-run origin main', ''],
  ['cd /w && git add -A && git commit -qm "git push" && git push', 'git commit, git push'],
  ['echo "git push"; echo git push # git push', ''],
  ["printf '%s' 'x; git push'", ''],
  ['bash -lc "git push origin main"', 'git push refs/heads/main'],
  ["eval 'git push'", 'git push'],
  ['GIT_TRACE=1 timeout 60 git push', 'git push'],
  ['if true; then git push; fi', 'git push'],
  ['(git push)', 'git push'],
  ['x=$(git push 2>&1)', 'git push'],
  ['echo "done: $(git push)"', 'git push'],
  ['echo `git push`', 'git push'],
  ['git push &', 'git push &'],
  ['nohup git push', 'git push &'],
  ['git push && true', 'git push'],
  ['git push > log 2>&1', 'git push'],
  ['cat <<EOF > notes\ngit push\nEOF\ngit commit -m x', 'git commit'],
  ["cat <<'EOF' | bash\ngit push\nEOF", 'run'],
  ['gh pr create --fill', 'gh pr create'],
  ['gh api repos/acme/app/pulls', 'gh api'],
  ['./release.sh', 'run'],
  ['git p', 'run'],
  ['npm run release', 'run'],
  ['echo "unclosed', 'run'],
  ['git status; git diff | head', ''],
])('%s', (line, expected) => {
  expect(verbs(line)).toBe(expected);
});

it('never finds a command in a quoted text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(verbs(`echo '${text.replaceAll("'", '')}'`)).toBe('');
    }),
  );
});

it('ends, whatever the line', () => {
  const pieces = [
    'git push',
    '"',
    "'",
    '`',
    '$(',
    ')',
    '(',
    '&',
    '&&',
    ';',
    '\n',
    '<<E',
    'E',
    '\\',
    '#',
    '{',
    '}',
    ' ',
  ];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string())), (parts) => {
      expect(Array.isArray(shellActions([parts.join('')]))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
