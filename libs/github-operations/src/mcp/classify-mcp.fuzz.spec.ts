import fc from 'fast-check';
import { classifyMcp } from './classify-mcp.js';
import { TOOLS } from './tools.js';

const SECONDS = 3;
const bounded = { interruptAfterTimeLimit: SECONDS * 1000, numRuns: 50_000 };

const call = (body: unknown, path = '/mcp') =>
  classifyMcp({ host: 'api.githubcopilot.com', method: 'POST', path, headers: {}, body });

const tool = fc.oneof(fc.constantFrom(...TOOLS.keys()), fc.string());
const names = fc.constantFrom(
  'owner',
  'repo',
  'branch',
  'path',
  'method',
  'files',
  'Owner',
  'REPO',
  'pullNumber',
  'level',
  '__proto__',
);
const values = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.constant(null),
  fc.constantFrom('acme', 'app', 'main', '../x', 'a/b'),
  fc.jsonValue(),
);
const toolsCall = fc.record({
  jsonrpc: fc.constantFrom('2.0', '1.0'),
  id: fc.oneof(fc.integer(), fc.string(), fc.constant(null)),
  method: fc.constantFrom('tools/call', 'tools/list', 'resources/read', 'initialize', 'x'),
  params: fc.oneof(fc.record({ name: tool, arguments: fc.dictionary(names, values) }), fc.jsonValue()),
});

describe('classifyMcp on hostile messages', () => {
  it('never throws: it classifies or refuses with a reason', () => {
    fc.assert(
      fc.property(fc.oneof(toolsCall, fc.array(toolsCall, { maxLength: 12 }), fc.jsonValue()), (body) => {
        const result = call(body);
        if ('refusal' in result) expect(result.refusal.message).not.toBe('');
        else expect(result.operation.intents.length).toBeGreaterThan(0);
      }),
      bounded,
    );
  }, 30_000);

  it('lets nothing but reads through a read-only address', () => {
    fc.assert(
      fc.property(fc.oneof(toolsCall, fc.array(toolsCall, { maxLength: 4 })), (body) => {
        const result = call(body, '/mcp/readonly');
        if ('operation' in result)
          expect(result.operation.intents.every(({ action }) => action.endsWith('.read'))).toBe(true);
      }),
      bounded,
    );
  }, 30_000);
});
