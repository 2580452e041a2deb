import { refuse } from '../unclassifiable.js';

type Values = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Parameters of a call outside its path. GitHub merges query and body, so a name that stands in both,
 * twice in the query, or in Rails' bracket form could mean two things: such a call is refused.
 */
export class CallParameters {
  readonly #query: URLSearchParams;
  readonly #body: Values;
  readonly #isReadable: boolean;

  constructor(query: string | URLSearchParams | undefined, body: unknown) {
    this.#query = new URLSearchParams(query ?? '');
    this.#body = isObject(body) ? body : {};
    this.#isReadable = body === undefined || body === null || isObject(body);
  }

  /** The value, or undefined where the call gives none. */
  read(name: string): unknown {
    if (!this.#isReadable) refuse('request_malformed', 'The body of this call must be a JSON object.');
    const fromQuery = this.#fromQuery(name);
    const inBody = Object.hasOwn(this.#body, name) && this.#body[name] !== null;
    if (fromQuery !== undefined && inBody && this.#body[name] !== fromQuery) {
      refuse('request_malformed', `The call gives "${name}" in its query and, differently, in its body.`);
    }
    return inBody ? this.#body[name] : fromQuery;
  }

  #fromQuery(name: string): string | undefined {
    const values = this.#query.getAll(name);
    const bracketed = [...this.#query.keys()].some((key) => key.startsWith(`${name}[`));
    if (values.length > 1 || bracketed)
      refuse('request_malformed', `The call gives "${name}" more than once in its query.`);
    return values[0];
  }

  /** @throws Unclassifiable where there is a value that is not text */
  text(name: string): string | undefined {
    const value = this.read(name);
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string') return refuse('request_malformed', `"${name}" must be text.`);
    return value;
  }

  /** @throws Unclassifiable where the value is missing or not text */
  requiredText(name: string): string {
    return (
      this.text(name) ??
      refuse('target_unresolved', `The call does not say "${name}", so it cannot be told what it would change.`)
    );
  }

  /** False only where the call says so or says nothing: everything else could be read as true. */
  flag(name: string): boolean {
    const value = this.read(name);
    return value !== undefined && value !== false && value !== 'false';
  }

  /** The entries of a list of objects. */
  list(name: string): Values[] {
    const value = this.read(name);
    if (value === undefined) return [];
    if (!Array.isArray(value) || !value.every(isObject))
      return refuse('request_malformed', `"${name}" must be a list of objects.`);
    return value;
  }
}
