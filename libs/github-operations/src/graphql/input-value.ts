import { refuse } from '../unclassifiable.js';

/** The resolved `input` of a mutation, read with the strictness of something that decides. */
export class InputValue {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(value: unknown, where: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      refuse('request_malformed', `${where} must be an object.`);
    this.#fields = value as Readonly<Record<string, unknown>>;
  }

  read(name: string): unknown {
    const value = Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
    return value === null ? undefined : value;
  }

  text(name: string): string | undefined {
    const value = this.read(name);
    if (value === undefined) return undefined;
    return typeof value === 'string' && value !== '' ? value : refuse('request_malformed', `"${name}" must be text.`);
  }

  requiredText(name: string): string {
    return (
      this.text(name) ??
      refuse('target_unresolved', `The mutation does not say "${name}", so it cannot be told what it would change.`)
    );
  }

  object(name: string): InputValue | undefined {
    const value = this.read(name);
    return value === undefined ? undefined : new InputValue(value, `"${name}"`);
  }

  list(name: string): InputValue[] {
    const value = this.read(name);
    if (value === undefined) return [];
    // GraphQL takes a single value for a list of one.
    return (Array.isArray(value) ? value : [value]).map((entry) => new InputValue(entry, `An entry of "${name}"`));
  }
}
