const digit = (text: string, at: number): number => text.charCodeAt(at) - 0x30;

/** Luhn, ISO/IEC 7812-1: payment cards. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, double = false; at >= 0; at--, double = !double) {
    const value = digit(digits, at) * (double ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** Remainder of a decimal text of any length. */
export function remainder(digits: string, by: number): number {
  let rest = 0;
  for (let at = 0; at < digits.length; at++) rest = (rest * 10 + digit(digits, at)) % by;
  return rest;
}

/** ISO 13616 (IBAN): country and check digits moved behind, letters as 10..35, remainder 1 by 97. */
export function isIban(text: string): boolean {
  const moved = text.slice(4) + text.slice(0, 4);
  return (
    remainder(
      moved.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55)),
      97,
    ) === 1
  );
}

export const weighted = (digits: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, at) => sum + weight * digit(digits, at), 0);

/** EAN-13, the check digit of Swiss insurance numbers. */
export const ean13 = (digits: string): boolean => weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0;

/** Both check digits of a Brazilian CPF. */
export function isCpf(digits: string): boolean {
  const check = (length: number): boolean => {
    const weights = Array.from({ length }, (_, at) => length + 1 - at);
    return ((weighted(digits, weights) * 10) % 11) % 10 === digit(digits, length);
  };
  return check(9) && check(10);
}

/** ISO 7064, mod 11,10: German tax numbers. */
export function mod11And10(digits: string): boolean {
  let product = 10;
  for (let at = 0; at < digits.length - 1; at++) {
    const sum = (digit(digits, at) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === digit(digits, digits.length - 1);
}

/** `00000000`, `11111111`: what forms are tried out with. */
export const isOneDigit = (digits: string): boolean => /^(\d)\1*$/.test(digits);
