import { PRECEDENCE, type Rule } from '../rule.js';
import { REVOKE } from './prefixed-token.js';

type Given = Pick<Rule, 'id' | 'title' | 'keywords' | 'find' | 'examples'> & Partial<Rule>;

/** A rule whose format is more than a prefix or a name. */
export const specialRule = (rule: Given): Rule => ({
  severity: 'block',
  kind: 'secret',
  advice: REVOKE,
  expressions: [],
  precedence: PRECEDENCE.format,
  guessable: false,
  where: 'anywhere',
  validation: 'structure around it; placeholders and defaults left out',
  ...rule,
});
