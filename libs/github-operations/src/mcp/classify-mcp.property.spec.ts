import fc from 'fast-check';
import { classifyMcp } from './classify-mcp.js';
import { TOOLS } from './tools.js';

const CALL = { host: 'api.githubcopilot.com', method: 'POST', path: '/mcp', headers: {} };
const toolCall = (name: string, args: unknown, id: unknown = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});
const intentsOf = (body: unknown) => {
  const result = classifyMcp({ ...CALL, body });
  return 'operation' in result ? result.operation.intents : undefined;
};

const names = fc.constantFrom(...TOOLS.keys());
const argumentNames = fc.constantFrom(
  'owner',
  'repo',
  'branch',
  'path',
  'files',
  'method',
  'query',
  'pullNumber',
  'level',
);
const argumentsOf = fc.dictionary(
  argumentNames,
  fc.oneof(fc.constantFrom('acme', 'app', 'main', 'get', 'create'), fc.jsonValue()),
);

describe('classifyMcp, whatever comes', () => {
  it('never throws, and what is not refused has intents', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.array(fc.jsonValue()),
          fc.tuple(names, argumentsOf).map(([name, args]) => toolCall(name, args)),
        ),
        (body) => {
          const result = classifyMcp({ ...CALL, body });
          if ('operation' in result) expect(result.operation.intents.length).toBeGreaterThan(0);
          else expect(result.refusal.message).not.toBe('');
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('takes an argument in one spelling only: in any other the call is refused', () => {
    const args = { owner: 'acme', repo: 'app', branch: 'topic', path: 'a' };
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(args)), fc.nat(255), (name, bits) => {
        const spelled = Array.from(name, (letter, at) => ((bits >> at) & 1 ? letter.toUpperCase() : letter)).join('');
        fc.pre(spelled !== name);
        expect(intentsOf(toolCall('delete_file', { ...args, [spelled]: 'main' }))).toBeUndefined();
      }),
    );
  });

  it('finds in a batch what it finds in its messages, and refuses it when it refuses one', () => {
    const message = fc.tuple(names, argumentsOf).map(([name, args]) => toolCall(name, args));
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 5 }), (messages) => {
        const each = messages.map(intentsOf);
        const expected = each.includes(undefined) ? undefined : each.flat();
        expect(intentsOf(messages)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('lets no change through over a read-only address', () => {
    fc.assert(
      fc.property(names, argumentsOf, fc.constantFrom('/mcp/readonly', '/mcp/x/all/readonly'), (name, args, path) => {
        const result = classifyMcp({ ...CALL, path, body: toolCall(name, args) });
        if ('operation' in result)
          expect(result.operation.intents.every(({ action }) => action.endsWith('.read'))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
