import type { ResultFact } from './facts.js';

/** Longest part of a result that is looked into, from its end: git tells what it did last. */
const LOOKED_INTO = 64 << 10;
const MAX_FOUND = 32;

/** `[main 1a2b3c4] subject`, `[detached HEAD 1a2b3c4] ...`, `[main (root-commit) 1a2b3c4] ...` (git commit, git 2.x). */
const MADE = /^\[[^\]\n]{1,250}? ([0-9a-f]{7,64})\] /gm;
/** `   1a2b3c4..5d6e7f8  main -> main`, `+ 1a2b3c4...5d6e7f8 main -> main (forced update)` (git push). */
const PUSHED = /^ [ +] [0-9a-f]{7,64}\.{2,3}([0-9a-f]{7,64})\s+\S{1,250} -> (\S{1,250})/gm;
/** Codex and Copilot say so of a command that goes on. */
const RUNNING = /\b(?:still running|running with session id|in the background|command running)\b/i;

/** What a tool's result says that git has done. The text itself is not kept. */
export function resultFacts(callId: string, sha256: string, text: string | undefined): ResultFact {
  const end = (text ?? '').slice(-LOOKED_INTO);
  return {
    callId,
    sha256,
    commits: [...new Set([...end.matchAll(MADE)].map(([, id = '']) => id))].slice(0, MAX_FOUND),
    pushed: [...end.matchAll(PUSHED)]
      .slice(0, MAX_FOUND)
      .map(([, id = '', name = '']) => ({ id, ref: name.startsWith('refs/') ? name : `refs/heads/${name}` })),
    // a result that was cut may say so in what is missing
    isRunning: text === undefined || RUNNING.test(text),
  };
}
