import { schemaToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { INTENTS, OPERATION_CLASSES, type IntentAction } from '@holdshort/github-operations';
import { generateSchema, REF_CHANGE_GROUP, REF_INTENTS } from './generate-schema.js';

function actions(): Record<string, { memberOf?: { id: string }[] }> {
  const answer = schemaToJson(generateSchema(['merge']));
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  return answer.json['Holdshort']?.actions ?? {};
}

describe('the generated schema', () => {
  it('has an action for each intent and a group for each class, and nothing else', () => {
    const expected = [...Object.keys(INTENTS), ...OPERATION_CLASSES, REF_CHANGE_GROUP];
    expect(Object.keys(actions()).sort()).toEqual(expected.sort());
  });

  it('puts each intent into the group of its class', () => {
    const groups = Object.fromEntries(
      Object.entries(actions()).map(([name, action]) => [name, (action.memberOf ?? []).map(({ id }) => id)]),
    );
    for (const action of Object.keys(INTENTS) as IntentAction[])
      expect(groups[action]).toContain(INTENTS[action].class);
  });

  it('counts every intent on a ref among the ref changes', () => {
    expect([...REF_INTENTS].sort()).toEqual(
      Object.keys(INTENTS)
        .filter((name) => name.startsWith('ref.'))
        .sort(),
    );
  });
});
