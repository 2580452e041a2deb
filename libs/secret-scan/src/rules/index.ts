import { ruleSets } from '../engine/rule-set.js';
import type { Rule } from '../rule.js';
import { AI } from './ai.js';
import { CHAT } from './chat.js';
import { CLOUD } from './cloud.js';
import { DATABASES } from './databases.js';
import { GENERIC } from './generic.js';
import { HIDDEN_TEXT } from './hidden-text.js';
import { INFRASTRUCTURE } from './infrastructure.js';
import { KEYS } from './keys.js';
import { MAIL } from './mail.js';
import { MONITORING } from './monitoring.js';
import { MORE_KEYS } from './more-keys.js';
import { MORE_SERVICES } from './more-services.js';
import { PACKAGES } from './packages.js';
import { PAYMENT } from './payment.js';
import { SERVICES } from './services.js';
import { SOURCE_HOSTS } from './source-hosts.js';

/** Every rule, secrets first. */
export const RULES: readonly Rule[] = [
  ...SOURCE_HOSTS,
  ...CLOUD,
  ...INFRASTRUCTURE,
  ...PACKAGES,
  ...CHAT,
  ...MAIL,
  ...PAYMENT,
  ...AI,
  ...DATABASES,
  ...MONITORING,
  ...SERVICES,
  ...KEYS,
  ...MORE_SERVICES,
  ...MORE_KEYS,
  ...GENERIC,
  ...HIDDEN_TEXT,
];

/** The rules that a content of a kind is read by. */
export const RULE_SETS = ruleSets(RULES);
