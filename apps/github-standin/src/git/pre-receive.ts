/**
 * The hook that refuses what GitHub refuses of a push. It costs two processes when nothing is refused, however many refs
 * are pushed. Environment, set by serve-git:
 * - STANDIN_PROTECTED: protected refs, each between spaces; STANDIN_ENFORCED: those that take no direct push
 * - STANDIN_WORKFLOWS: 1 where the token has `workflows: write`
 * - STANDIN_VERDICT: file for one line `<ref> <reason>` per refused ref; serve-git puts the reason into git's report
 */
export const PRE_RECEIVE = `#!/bin/sh
status=0
zero=0000000000000000000000000000000000000000
refuse() { printf '%s %s\\n' "$1" "$2" >> "$STANDIN_VERDICT"; status=1; }
protect() {
  printf 'error: GH006: Protected branch update failed for %s.\\nerror: %s\\n' "$1" "$2" >&2
  refuse "$1" 'protected branch hook declined'
}
commands=$(cat)
if [ -n "$STANDIN_PROTECTED" ]; then
  while read -r old new ref; do
    case "$STANDIN_PROTECTED" in *" $ref "*) ;; *) continue ;; esac
    if [ "$new" = $zero ]; then protect "$ref" 'Cannot delete a protected branch'; continue; fi
    if [ "$old" != $zero ] && ! git merge-base --is-ancestor "$old" "$new"; then
      protect "$ref" 'Cannot force-push to this branch'; continue
    fi
    case "$STANDIN_ENFORCED" in *" $ref "*) protect "$ref" 'Changes must be made through a pull request.' ;; esac
  done <<END
$commands
END
fi
touched() { git rev-list --full-history --stdin --not --all -- .github/workflows; }
if [ "$STANDIN_WORKFLOWS" != 1 ]; then
  new=$(printf '%s\\n' "$commands" | sed -n "s/^[0-9a-f]* \\([0-9a-f]*\\) refs\\/.*/\\1/p" | grep -v "^$zero" | sort -u)
  if [ -n "$new" ] && [ -n "$(printf '%s\\n' "$new" | touched | head -n 1)" ]; then
    while read -r old new ref; do
      [ "$new" = $zero ] && continue
      commit=$(printf '%s\\n' "$new" | touched | head -n 1)
      [ -z "$commit" ] && continue
      file=$(git diff-tree -r -m --root --no-commit-id --name-only "$commit" -- .github/workflows | head -n 1)
      refuse "$ref" "refusing to allow a GitHub App to create or update workflow \\\`$file\\\` without \\\`workflows\\\` permission"
    done <<END
$commands
END
  fi
fi
exit $status
`;
