import { base64Text } from '../checks/base64-text.js';
import { isStandIn } from '../checks/placeholder.js';
import type { Hit, Match } from '../rule.js';
import { cutText } from './cut-text.js';

const REACH = 1200;
const BEFORE = 40;
const VALUE = /[\s:="'`]{0,12}([A-Za-z0-9+/]{8,1024}={0,2})(?![A-Za-z0-9+/])/y;
const USER_PASSWORD = /^([\x21-\x39\x3b-\x7e]{0,128}):([\x21-\x7e]{4,512})$/;

/** Of RFC 6749 (4.1.3, 2.3.1) and RFC 7617, copied by the documentation of every client. */
const SAMPLES = new Set(['gX1fBat3bV', '7Fjfp0ZBr1KtDRbnfVdmIw', 'open sesame', 'opensesame']);

const isSecret = (user: string, password: string): boolean =>
  !SAMPLES.has(password) && !isStandIn(password) && password.toLowerCase() !== user.toLowerCase();

/** Base64 of `user:password` after a keyword; `keyword` must fit the hit and `before` what stands in front of it. */
export function basicCredential(keyword: RegExp, before: RegExp): (hit: Hit) => Match | undefined {
  return (hit) => {
    if (!keyword.test(cutText(hit, hit.start, hit.end))) return undefined;
    if (!before.test(cutText(hit, Math.max(hit.from, hit.start - BEFORE), hit.start))) return undefined;
    VALUE.lastIndex = 0;
    const [whole, value = ''] = VALUE.exec(cutText(hit, hit.end, Math.min(hit.to, hit.end + REACH))) ?? [];
    if (whole === undefined) return undefined;
    const [, user = '', password] = USER_PASSWORD.exec(base64Text(value) ?? '') ?? [];
    if (password === undefined || !isSecret(user, password)) return undefined;
    const start = hit.end + whole.length - value.length;
    return { start, end: start + value.length, shown: 0 };
  };
}

/** `-u user:password`, `--user`, `-p password`, `--password=...` within the command. */
const OPTION =
  /\s(?:-u|--user|--proxy-user)[ =]{0,3}["']?([\w.@+-]{0,64}):["']?([^\s"':]{6,128})|\s(?:-p|--password[ =]|--http-password=)[ ]?["']?([^\s"']{8,128})/g;
const COMMAND_MOST = 1000;
/** A shell's command goes on behind a backslash at the end of a line. */
const COMMAND_END = /(?<!\\)\r?\n/;
const FILLED_IN = /\$[A-Za-z({]|^\$|[<{/=]/;

/** The password of a command's options; values that scripts fill in are none. */
export function commandPassword(hit: Hit): Match | undefined {
  const limit = Math.min(hit.to, hit.end + COMMAND_MOST);
  const [command = ''] = cutText(hit, hit.end - 1, limit).split(COMMAND_END, 1);
  for (const option of command.matchAll(OPTION)) {
    const [whole, user = '', password = option[3] ?? ''] = option;
    if (!/\d/.test(password) || !/[A-Za-z]/.test(password) || FILLED_IN.test(password) || !isSecret(user, password))
      continue;
    const end = hit.end - 1 + option.index + whole.length;
    return { start: end - password.length, end, shown: 0 };
  }
  return undefined;
}
