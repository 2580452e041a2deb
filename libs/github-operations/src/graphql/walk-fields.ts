import type { FieldNode, SelectionNode, SelectionSetNode, ValueNode } from 'graphql';
import { Kind } from 'graphql/language/kinds.js';
import { valueFromASTUntyped } from 'graphql/utilities/valueFromASTUntyped.js';
import { refuse } from '../unclassifiable.js';
import { isOfAccount } from './account-types.js';
import { checkUnique, namesOf, type ReadDocument } from './read-document.js';
import { fieldsOf } from './schema-types.js';

const MAX_DEPTH = 30;
/** Fragments that spread fragments multiply: 5,000 tokens could stand for billions of fields. */
const MAX_FIELDS = 10_000;

/** Most fields have no arguments and no selection: those share these. */
const NO_ARGUMENTS: WalkedField['arguments'] = Object.freeze({});
const NO_FIELDS: readonly WalkedField[] = Object.freeze([]);

export type Variables = Readonly<Record<string, unknown>>;

/** A field with its arguments resolved. */
export interface WalkedField {
  name: string;
  /** Its alias, else its name: matters to whoever reads the answer, and to no decision. */
  key: string;
  arguments: Readonly<Record<string, unknown>>;
  /** The type that it is selected of: the innermost type condition. '' where the pinned schema does not tell. */
  parent: string;
  /** The type that it leads to, without list and non-null; '' for scalars and what the schema does not know. */
  type: string;
  /** Whether a type condition around it stands for an account. */
  isOfAccount: boolean;
  /** Names from the root to here. */
  path(): string[];
  children(): readonly WalkedField[];
}

/** Where a selection set stands. */
interface Place {
  depth: number;
  parent: string;
  isOfAccount: boolean;
  /** Fragments that are open around it. */
  open: readonly string[];
  /** Undefined for the roots. */
  around: WalkedField | undefined;
}

const ROOTS = { query: 'Query', mutation: 'Mutation', subscription: '' } as const;

const underCondition = (place: Place, condition: string | undefined): Place =>
  condition === undefined
    ? { ...place, depth: place.depth + 1 }
    : {
        ...place,
        depth: place.depth + 1,
        parent: condition,
        isOfAccount: place.isOfAccount || isOfAccount(condition),
      };

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

/** Made for every field: an object without closures, as what is left behind by a large document is what costs its time. */
class FieldInPlace implements WalkedField {
  readonly name: string;
  readonly key: string;
  readonly arguments: WalkedField['arguments'];
  readonly parent: string;
  readonly type: string;
  readonly isOfAccount: boolean;

  constructor(
    private readonly walker: FieldWalker,
    private readonly node: FieldNode,
    private readonly place: Place,
  ) {
    this.name = node.name.value;
    this.key = node.alias?.value ?? this.name;
    this.arguments = walker.argumentsOf(node);
    this.parent = place.parent;
    this.type = fieldsOf(place.parent)?.get(this.name) ?? '';
    this.isOfAccount = place.isOfAccount;
  }

  path(): string[] {
    return [...(this.place.around?.path() ?? []), this.name];
  }

  children(): readonly WalkedField[] {
    const { selectionSet } = this.node;
    return selectionSet ? this.walker.below(this, selectionSet, this.place.depth + 1) : NO_FIELDS;
  }
}

/** Gives the fields of selections, fragments opened; every field counts, whatever its directives say. */
export class FieldWalker {
  readonly #document: ReadDocument;
  readonly #variables: Variables;
  /** A fragment that is spread often has its arguments read once. */
  readonly #arguments = new Map<FieldNode, WalkedField['arguments']>();
  #seen = 0;

  constructor(document: ReadDocument, variables: Variables) {
    this.#document = document;
    this.#variables = variables;
  }

  roots(): WalkedField[] {
    const { operation, selectionSet } = this.#document.operation;
    return this.#fields(selectionSet, {
      depth: 1,
      parent: ROOTS[operation],
      isOfAccount: false,
      open: [],
      around: undefined,
    });
  }

  /** The fields that are selected of what `field` leads to. */
  below(field: WalkedField, set: SelectionSetNode, depth: number): WalkedField[] {
    return this.#fields(set, { depth, parent: field.type, isOfAccount: false, open: [], around: field });
  }

  #fields(set: SelectionSetNode | undefined, place: Place): WalkedField[] {
    if (set === undefined) return [];
    if (place.depth > MAX_DEPTH)
      refuse('request_too_large', `A GraphQL document may nest at most ${MAX_DEPTH} fields.`);
    const fields: WalkedField[] = [];
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) fields.push(this.#field(selection, place));
      else for (const field of this.#within(selection, place)) fields.push(field);
    }
    return fields;
  }

  #within(selection: Exclude<SelectionNode, FieldNode>, place: Place): WalkedField[] {
    return selection.kind === Kind.INLINE_FRAGMENT
      ? this.#fields(selection.selectionSet, underCondition(place, selection.typeCondition?.name.value))
      : this.#spread(selection.name.value, place);
  }

  #spread(name: string, place: Place): WalkedField[] {
    if (place.open.includes(name)) refuse('request_malformed', 'A fragment of the GraphQL document contains itself.');
    const fragment =
      this.#document.fragments.get(name) ??
      refuse('request_malformed', 'The GraphQL document uses a fragment that it lacks.');
    const within = underCondition(place, fragment.typeCondition.name.value);
    return this.#fields(fragment.selectionSet, { ...within, open: [...place.open, name] });
  }

  #field(node: FieldNode, place: Place): WalkedField {
    this.#seen += 1;
    if (this.#seen > MAX_FIELDS)
      refuse('request_too_large', `A GraphQL document may select at most ${MAX_FIELDS} fields.`);
    return new FieldInPlace(this, node, place);
  }

  /** Of a field, with variables in place; read once for each field of the document. */
  argumentsOf(node: FieldNode): WalkedField['arguments'] {
    const { arguments: given = [] } = node;
    if (given.length === 0) return NO_ARGUMENTS;
    const known = this.#arguments.get(node);
    if (known) return known;
    const names = namesOf(given);
    checkUnique(names, 'argument');
    const values = given.map((argument, n) => [names[n], valueOf(argument.value, this.#variables)]);
    const read = Object.fromEntries(values) as WalkedField['arguments'];
    this.#arguments.set(node, read);
    return read;
  }
}
