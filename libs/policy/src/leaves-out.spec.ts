import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import { leavesOut } from './leaves-out.js';

const key = (id: string): string => `H::Action ${id}`;
const CALL = { self: key('model.call'), ancestors: new Set([key('model.call'), key('execute')]) };

describe('a policy leaves an action out', () => {
  it.each([
    ['unless { action == H::Action::"model.call" }', true],
    ['unless { principal is H::Human || context.session.tainted || action == H::Action::"model.call" }', true],
    ['unless { action in H::Action::"execute" }', true],
    ['when { context.usage.session.calls > 5 } unless { action == H::Action::"model.call" }', true],
    // a group is never the action itself
    ['unless { action == H::Action::"execute" }', false],
    ['unless { action == H::Action::"issue.write" }', false],
    ['unless { action in H::Action::"write" }', false],
    ['unless { context.session.tainted && action == H::Action::"model.call" }', false],
    ['unless { !(action == H::Action::"model.call") }', false],
    ['unless { principal == H::Action::"model.call" }', false],
    ['when { action == H::Action::"model.call" }', false],
    ['', false],
  ])('%s: %s', (conditions, expected) => {
    const parsed = policyToJson(`forbid (principal, action, resource) ${conditions};`);
    if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors));
    expect(leavesOut(parsed.json, CALL)).toBe(expected);
  });
});
