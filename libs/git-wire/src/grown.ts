/** The value at `index`. @throws RangeError outside the array: with typed arrays that is a bug, never input. */
export function at(array: { readonly [index: number]: number; readonly length: number }, index: number): number {
  const value = array[index];
  if (value === undefined) throw new RangeError(`no element ${index} of ${array.length}`);
  return value;
}

interface Grown<T> {
  readonly length: number;
  set(source: T): void;
}

/** `array`, or a copy at least twice as long when it has no place for `length` elements. */
export function grown<T extends Grown<T>>(array: T, length: number, make: (length: number) => T): T {
  if (length <= array.length) return array;
  const longer = make(Math.max(length, array.length * 2));
  longer.set(array);
  return longer;
}
