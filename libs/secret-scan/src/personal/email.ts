import { byteClass, skip, skipBack } from '../checks/byte-class.js';
import { PRECEDENCE, type Hit, type Match, type Rule } from '../rule.js';
import { cutText } from '../forms/cut-text.js';

const LOCAL = byteClass('A-Za-z0-9._%+-');
const DOMAIN = byteClass('A-Za-z0-9.-');
/** RFC 5321, 4.5.3.1. */
const LOCAL_MOST = 64;
const DOMAIN_MOST = 255;

/** Nobody's: documentation's domains (RFC 2606), and addresses that are users of a protocol. */
const NOBODY =
  /@(?:[\w.-]{1,200}\.)?(?:example\.(?:com|org|net)|example|test|invalid|localhost)$|^(?:git|noreply|no-reply)@|@users\.noreply\.github\.com$/i;

/** Name and a domain with a top level of letters around an `@`. */
function emailAt(hit: Hit): Match | undefined {
  const start = skipBack(hit.bytes, LOCAL, hit.start, Math.max(hit.from, hit.start - LOCAL_MOST));
  const limit = skip(hit.bytes, DOMAIN, hit.end, Math.min(hit.to, hit.end + DOMAIN_MOST));
  if (start === hit.start || limit - hit.end < 4) return undefined;
  const [domain] =
    /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])/.exec(cutText(hit, hit.end, limit)) ?? [];
  if (domain === undefined) return undefined;
  const end = hit.end + domain.length;
  return NOBODY.test(cutText(hit, start, end)) ? undefined : { start, end, shown: 0 };
}

/** Personal data that is told by a keyword; numbers are in `numbers.ts`. */
export const PERSONAL_TEXT: readonly Rule<'personal'>[] = [
  {
    id: 'email-address',
    title: 'E-mail address',
    severity: 'warn',
    kind: 'personal',
    advice: 'Leave it out.',
    where: 'anywhere',
    keywords: ['@'],
    expressions: [],
    precedence: PRECEDENCE.generic,
    guessable: true,
    find: emailAt,
    validation: 'form; none of documentation or of a protocol',
    examples: {
      like: ['Author: Ada <ada.l@analytical.engine.io>', '"email":"b+c@acme.co.uk"'],
      unlike: ['git@github.com:acme/app.git', 'ada@example.com', '@decorator', 'npm i x@1.2.3'],
    },
  },
];
