import { readFileSync } from 'node:fs';
import { buildSchema, getNamedType, isInputObjectType, type GraphQLField } from 'graphql';
import { MUTATION_RULES } from './mutations.js';
import { REF_MUTATIONS } from './ref-mutations.js';

// The package exports only its parsed form, which takes seconds to import; its workspace copy lies at the root.
const sdl = readFileSync(
  new URL('../../../../node_modules/@octokit/graphql-schema/schema.graphql', import.meta.url),
  'utf8',
);
// The published schema repeats two fields, which strict checking refuses.
const mutations = buildSchema(sdl, { assumeValidSDL: true }).getMutationType()?.getFields() ?? {};

function inputFields({ args }: GraphQLField<unknown, unknown>): string[] {
  const type = args[0] && getNamedType(args[0].type);
  return isInputObjectType(type) ? Object.keys(type.getFields()) : [];
}

describe('the reviewed mutations', () => {
  it('are all of the pinned schema, each once', () => {
    const reviewed = [...MUTATION_RULES.keys(), ...REF_MUTATIONS.keys()];
    expect(reviewed.sort()).toEqual(Object.keys(mutations).sort());
    expect(reviewed).toHaveLength(247);
  });

  it('name their targets by fields that the schema has', () => {
    const wrong = [...MUTATION_RULES].flatMap(([name, { targets }]) => {
      const fields = mutations[name] ? inputFields(mutations[name]) : [];
      return targets.filter((target) => !fields.includes(target)).map((target) => `${name}.${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('leave out no repository that an input names, unless the whole mutation is an account matter', () => {
    const missing = [...MUTATION_RULES]
      .filter(([, { targets }]) => targets.length > 0)
      .filter(
        ([name, { targets }]) =>
          mutations[name] && inputFields(mutations[name]).includes('repositoryId') && !targets.includes('repositoryId'),
      )
      .map(([name]) => name);
    expect(missing).toEqual([]);
  });
});
