import type { NumberAt, NumberRule } from '../engine/number-scan.js';
import { PRECEDENCE } from '../rule.js';
import { ean13, isCpf, isIban, isOneDigit, luhn, mod11And10, remainder, weighted } from './check-digits.js';

type Given = Omit<NumberRule, 'kind' | 'precedence' | 'firstRun' | 'find' | 'lead'> & {
  /** Form from the first digit on; bounded. */
  form: RegExp;
  firstRun: readonly number[];
  /** Written in international form, with a `+` before it. */
  isInternational?: boolean;
  check?: (digits: string) => boolean;
  /** A word that must stand near before it: the check alone is weak. */
  context?: RegExp;
};

const bits = (lengths: readonly number[]): number => lengths.reduce((mask, length) => mask | (1 << length), 0);

/** Not within a longer number or word. */
const APART = /(?:^|[^A-Za-z0-9.]|(?:^|\D)\.|\\[nrt])$/;
const ends = (text: string, end: number): boolean => !/^(?:[A-Za-z0-9]|[.-]\d)/.test(text.slice(end, end + 2));

function number(rule: Given): NumberRule {
  const { form, isInternational = false, check = () => true, context } = rule;
  const apart = isInternational ? /(?:^|[^\w+])\+$/ : APART;
  const find = ({ text, before }: NumberAt) => {
    const [whole] = form.exec(text) ?? [];
    if (whole === undefined || !ends(text, whole.length)) return undefined;
    const digits = whole.replace(/\D/g, '');
    if (isOneDigit(digits) || !check(digits) || !apart.test(before())) return undefined;
    if (context && !context.test(before())) return undefined;
    return { start: 0, end: whole.length };
  };
  const { id, title, validation, source, examples, firstRun } = rule;
  return {
    ...{ id, title, validation, source, examples, find },
    kind: 'personal',
    precedence: PRECEDENCE.format,
    lead: isInternational ? 'plus' : 'other',
    firstRun: bits(firstRun),
  };
}

/** ISO 7812 prefixes and lengths of the large networks: Visa, Mastercard, American Express, Discover, JCB, Diners, UnionPay. */
const CARD =
  /^(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}|62\d{14})$/;

/** Countries of the IBAN registry (SWIFT, release 99) with the length of theirs. */
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22
  GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22
  MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 TL23 TN24 TR26 UA29 VA22
  VG24 XK20`
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

function ibanAt({ text, before }: NumberAt): { start: number; end: number } | undefined {
  const [, country = ''] = /(?:^|[^A-Za-z0-9])([A-Z]{2})$/.exec(before()) ?? [];
  const length = IBAN_LENGTHS[country];
  if (length === undefined) return undefined;
  const [form] = /^\d\d(?: ?[A-Z0-9]{1,4}){3,8}/.exec(text) ?? [];
  if (form === undefined) return undefined;
  let end = 0;
  for (let count = 2; end < form.length && count < length; end++) if (form[end] !== ' ') count++;
  const iban = country + form.slice(0, end).replaceAll(' ', '');
  return iban.length === length && ends(text, end) && isIban(iban) ? { start: -2, end } : undefined;
}

const WIKI = 'https://en.wikipedia.org/wiki';

/** Numbers that are checked: by check digits, and where those are weak by a word before them. */
export const NUMBER_RULES: readonly NumberRule[] = [
  {
    id: 'iban',
    title: 'Bank account number (IBAN)',
    kind: 'personal',
    precedence: PRECEDENCE.format,
    lead: 'capital',
    firstRun: ~0,
    find: ibanAt,
    validation: 'country and its length, mod 97',
    source: 'https://www.swift.com/standards/data-standards/iban-international-bank-account-number',
    examples: {
      like: ['IBAN: DE89 3704 0044 0532 0130 00', 'CH9300762011623852957', 'GB29NWBK60161331926819'],
      unlike: ['DE88 3704 0044 0532 0130 00', 'XDE89370400440532013000', 'sha DE89'],
    },
  },
  number({
    id: 'payment-card',
    title: 'Payment card number',
    form: /^(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{4}([ -])\d{6}\2\d{4,5})/,
    firstRun: [4, 13, 14, 15, 16, 19],
    check: (digits) => CARD.test(digits) && luhn(digits),
    validation: 'prefix and length of a network, Luhn',
    source: 'https://www.iso.org/standard/70484.html',
    examples: {
      like: ['card 4539 1488 0343 6467', '5105105105105100', '3782-822463-10005'],
      unlike: ['4539148803436468', '1234567890123452', '0x4539148803436467'],
    },
  }),
  number({
    id: 'phone-number',
    title: 'Telephone number',
    form: /^[1-9]\d{0,2}(?:[ .-]?\(?\d{1,4}\)?){2,6}/,
    firstRun: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    isInternational: true,
    check: (digits) => digits.length >= 8 && digits.length <= 15,
    context:
      /(?:tel|phone|mobile|mobil|call|fax|cell|whatsapp|sms|contact|handy|rufnummer|t[e\u00e9]l[e\u00e9]phone)[^\n]{0,24}$/i,
    validation: 'international form (E.164), and a word like "phone" before it',
    source: 'https://www.itu.int/rec/T-REC-E.164',
    examples: {
      like: ['Phone: +41 44 668 18 00', 'tel:+14155552671', 'mobile = "+49 (151) 23456789"'],
      unlike: ['+41446681800', 'offset +12345678', 'phone: 12345678'],
    },
  }),
  number({
    id: 'ch-insurance-number',
    title: 'Swiss insurance number (AHV, AVS)',
    form: /^756(?:\.\d{4}\.\d{4}\.\d\d|\d{10})/,
    firstRun: [3, 13],
    check: ean13,
    validation: 'prefix 756, EAN-13 check digit',
    source: `${WIKI}/Old_Age_and_Survivors'_Insurance_number`,
    examples: { like: ['756.9217.0769.85', '7569217076985'], unlike: ['756.9217.0769.84', '7569217076984'] },
  }),
  number({
    id: 'fr-insurance-number',
    title: 'French insurance number (NIR)',
    form: /^[12]( ?)\d\d\1(?:0[1-9]|1[0-2])\1\d\d\1\d{3}\1\d{3}\1\d\d/,
    firstRun: [1, 15],
    check: (digits) => 97 - remainder(digits.slice(0, 13), 97) === Number(digits.slice(13)),
    validation: 'form, mod 97',
    source: `${WIKI}/INSEE_code`,
    examples: {
      like: ['2 55 08 14 168 025 38', '255081416802538'],
      unlike: ['255081416802539', '2 55 13 14 168 025 38'],
    },
  }),
  number({
    id: 'br-cpf',
    title: 'Brazilian taxpayer number (CPF)',
    form: /^\d{3}\.\d{3}\.\d{3}-\d\d/,
    firstRun: [3],
    check: isCpf,
    validation: 'form, two check digits mod 11',
    source: `${WIKI}/CPF_number`,
    examples: { like: ['CPF 529.982.247-25', '111.444.777-35'], unlike: ['529.982.247-26', '111.111.111-11'] },
  }),
  number({
    id: 'be-national-number',
    title: 'Belgian national number',
    form: /^\d\d\.(?:0\d|1[0-2])\.[0-3]\d-\d{3}\.\d\d/,
    firstRun: [2],
    check: (digits) =>
      [digits.slice(0, 9), `2${digits.slice(0, 9)}`].some((all) => 97 - remainder(all, 97) === Number(digits.slice(9))),
    validation: 'form with a date, mod 97',
    source: `${WIKI}/National_identification_number`,
    examples: { like: ['85.07.30-033.28', 'NN 17.07.30-033.84'], unlike: ['85.07.30-033.29', '85.13.30-033.28'] },
  }),
  number({
    id: 'nl-bsn',
    title: 'Dutch citizen service number (BSN)',
    form: /^\d{9}/,
    firstRun: [9],
    check: (digits) => weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
    context: /(?:bsn|burgerservice|sofinummer)[^\n]{0,24}$/i,
    validation: 'weighted sum mod 11, and a word like "BSN" before it',
    source: `${WIKI}/National_identification_number`,
    examples: { like: ['BSN: 111222333', '"bsn":"123456782"'], unlike: ['111222333', 'BSN: 111222334'] },
  }),
  number({
    id: 'pl-pesel',
    title: 'Polish national number (PESEL)',
    form: /^\d{11}/,
    firstRun: [11],
    check: (digits) => weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0,
    context: /pesel[^\n]{0,24}$/i,
    validation: 'weighted sum mod 10, and the word "PESEL" before it',
    source: `${WIKI}/PESEL`,
    examples: { like: ['PESEL: 44051401359', 'pesel = "02070803628"'], unlike: ['44051401359', 'PESEL: 44051401358'] },
  }),
  number({
    id: 'gb-nhs-number',
    title: 'NHS number',
    form: /^\d{3}([ -]?)\d{3}\1\d{4}/,
    firstRun: [3, 10],
    check: (digits) => weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0,
    context: /nhs[^\n]{0,24}$/i,
    validation: 'weighted sum mod 11, and "NHS" before it',
    source: `${WIKI}/NHS_number`,
    examples: { like: ['NHS no. 943 476 5919', 'nhs_number: "9434765919"'], unlike: ['9434765919', 'NHS 9434765918'] },
  }),
  number({
    id: 'de-tax-number',
    title: 'German tax identification number',
    form: /^\d\d( ?)\d{3}\1\d{3}\1\d{3}/,
    firstRun: [2, 11],
    check: mod11And10,
    context: /(?:steuer|tax|idnr|identifikationsnummer|tin)[^\n]{0,24}$/i,
    validation: 'ISO 7064 mod 11,10, and a word like "Steuer" before it',
    source: `${WIKI}/German_tax_identification_number`,
    examples: {
      like: ['Steuer-ID: 86095742719', 'tax id 47 036 892 816'],
      unlike: ['86095742719', 'Steuer-ID: 86095742718'],
    },
  }),
];
