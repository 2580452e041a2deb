import { NUMBER_RULES, RULES } from '@holdshort/secret-scan';

/** A secret with a text around it that makes it one; `secret` must never be seen in an answer. */
export interface Canary {
  rule: string;
  text: string;
  secret: string;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';
const ALPHABETS: Readonly<Record<string, string>> = {
  a: LOWER + UPPER + DIGITS,
  A: LOWER + UPPER,
  w: LOWER + UPPER + DIGITS,
  b: LOWER + UPPER + DIGITS,
  h: '0123456789abcdef',
  H: '0123456789ABCDEF',
  l: LOWER + DIGITS,
  L: LOWER,
  u: UPPER + DIGITS,
  U: UPPER,
  d: DIGITS,
  y: UPPER + '234567',
  s: '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz',
};
const SLOT = /\{([aAwbhHlLuUdys])(\d+)\}/g;
const ANY_SLOT = /\{[a-zA-Z]+\d*\}/g;
/** Shorter ones may stand in an answer by chance. */
const SECRET_LEAST = 16;

/** Repeatable, so that a failing canary can be written again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function characters(kind: string, length: number, random: () => number): string {
  const alphabet = ALPHABETS[kind] ?? '';
  for (;;) {
    const text = Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
    if (kind === 'd' || kind === 'L' || kind === 'U' || kind === 'A') return text;
    if (/\d.*\d/.test(text) && /[A-Za-z].*[A-Za-z]/.test(text)) return text;
  }
}

/** One template of each rule whose secret is one slot of plain characters. */
export const TEMPLATES: readonly { rule: string; template: string }[] = RULES.filter(
  ({ kind, precedence }) => kind === 'secret' && precedence > 0,
).flatMap(({ id, examples }) => {
  const template = examples.like.find((text) => {
    const slots = text.match(ANY_SLOT) ?? [];
    return (
      slots.length === 1 &&
      Number(/\d+/.exec(slots[0])?.[0] ?? 0) >= SECRET_LEAST &&
      /^\{[aAwbhHlLuUdys]\d/.test(slots[0])
    );
  });
  return template === undefined ? [] : [{ rule: id, template }];
});

export function canary({ rule, template }: (typeof TEMPLATES)[number], random: () => number): Canary {
  let secret = '';
  const text = template.replace(
    SLOT,
    (_, kind: string, length: string) => (secret = characters(kind, Number(length), random)),
  );
  return { rule, text, secret };
}

/** Numbers that the rules document, each with what makes it one. */
export const PERSONAL: readonly Canary[] = NUMBER_RULES.flatMap(({ id, examples }) =>
  examples.like.map((text) => ({ rule: id, text, secret: /[\dA-Z+(][\dA-Z .()+-]{6,}\d/.exec(text)![0] })),
);
