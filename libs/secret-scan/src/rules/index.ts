import { ruleSets } from '../engine/rule-set.js';
import type { Rule } from '../rule.js';
import { AI } from './ai.js';
import { CLOUD } from './cloud.js';
import { KEYS } from './keys.js';
import { SOURCE_HOSTS } from './source-hosts.js';

/** Every rule, secrets first. */
export const RULES: readonly Rule[] = [...SOURCE_HOSTS, ...CLOUD, ...AI, ...KEYS];

/** The rules that a content of a kind is read by. */
export const RULE_SETS = ruleSets(RULES);
