import type { FieldNode, SelectionNode, SelectionSetNode, ValueNode } from 'graphql';
import { Kind } from 'graphql/language/kinds.js';
import { valueFromASTUntyped } from 'graphql/utilities/valueFromASTUntyped.js';
import { refuse } from '../unclassifiable.js';
import { checkUnique, namesOf, type ReadDocument } from './read-document.js';

const MAX_DEPTH = 30;
/** Fragments that spread fragments multiply: 5,000 tokens could stand for billions of fields. */
const MAX_FIELDS = 10_000;

/** Most fields have no arguments and no selection: those share these. */
const NO_ARGUMENTS: WalkedField['arguments'] = Object.freeze({});
const none = (): WalkedField[] => [];

export type Variables = Readonly<Record<string, unknown>>;

/** A field with its arguments resolved; aliases do not matter, so they are gone. */
export interface WalkedField {
  name: string;
  arguments: Readonly<Record<string, unknown>>;
  depth: number;
  children: () => WalkedField[];
}

function checkFields(value: ValueNode): void {
  if (value.kind === Kind.LIST) value.values.forEach(checkFields);
  if (value.kind !== Kind.OBJECT) return;
  checkUnique(namesOf(value.fields), 'input field');
  for (const field of value.fields) checkFields(field.value);
}

/** The value of an argument or a default, with no input field twice. */
function valueOf(node: ValueNode, variables?: Variables): unknown {
  checkFields(node);
  return valueFromASTUntyped(node, variables);
}

/** Variables as the server will see them: given values, then the defaults of the operation. */
export function variablesOf({ operation }: ReadDocument, given: Variables): Variables {
  const definitions = operation.variableDefinitions ?? [];
  const names = definitions.map(({ variable }) => variable.name.value);
  checkUnique(names, 'variable');
  const defaults = definitions.map(({ defaultValue }, n) => [names[n], defaultValue && valueOf(defaultValue)]);
  return { ...(Object.fromEntries(defaults) as Variables), ...given };
}

/** Gives the fields of selections, fragments opened; every field counts, whatever its directives say. */
export class FieldWalker {
  readonly #document: ReadDocument;
  readonly #variables: Variables;
  #seen = 0;

  constructor(document: ReadDocument, variables: Variables) {
    this.#document = document;
    this.#variables = variables;
  }

  roots(): WalkedField[] {
    return this.#fields(this.#document.operation.selectionSet, 1);
  }

  #fields(set: SelectionSetNode | undefined, depth: number, open: readonly string[] = []): WalkedField[] {
    if (set === undefined) return [];
    if (depth > MAX_DEPTH) refuse('request_too_large', `A GraphQL document may nest at most ${MAX_DEPTH} fields.`);
    const fields: WalkedField[] = [];
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) fields.push(this.#field(selection, depth));
      else for (const field of this.#within(selection, depth, open)) fields.push(field);
    }
    return fields;
  }

  #within(selection: Exclude<SelectionNode, FieldNode>, depth: number, open: readonly string[]): WalkedField[] {
    return selection.kind === Kind.INLINE_FRAGMENT
      ? this.#fields(selection.selectionSet, depth + 1, open)
      : this.#spread(selection.name.value, depth, open);
  }

  #spread(name: string, depth: number, open: readonly string[]): WalkedField[] {
    if (open.includes(name)) refuse('request_malformed', 'A fragment of the GraphQL document contains itself.');
    const fragment =
      this.#document.fragments.get(name) ??
      refuse('request_malformed', 'The GraphQL document uses a fragment that it lacks.');
    return this.#fields(fragment.selectionSet, depth + 1, [...open, name]);
  }

  #field(node: FieldNode, depth: number): WalkedField {
    this.#seen += 1;
    if (this.#seen > MAX_FIELDS)
      refuse('request_too_large', `A GraphQL document may select at most ${MAX_FIELDS} fields.`);
    return {
      name: node.name.value,
      arguments: this.#argumentsOf(node),
      depth,
      children: node.selectionSet ? () => this.#fields(node.selectionSet, depth + 1) : none,
    };
  }

  #argumentsOf({ arguments: given = [] }: FieldNode): WalkedField['arguments'] {
    if (given.length === 0) return NO_ARGUMENTS;
    const names = namesOf(given);
    checkUnique(names, 'argument');
    const args = given.map((argument, n) => [names[n], valueOf(argument.value, this.#variables)]);
    return Object.fromEntries(args) as WalkedField['arguments'];
  }
}
