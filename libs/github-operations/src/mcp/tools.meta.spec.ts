import { DOCUMENTED_TOOLS } from './documented-tools.js';
import { toolWays } from './tool-ways.js';
import { TOOLS } from './tools.js';

/** How GitHub names tools that change something. */
const CHANGES =
  /^(create|update|delete|add|push|merge|run|rerun|cancel|assign|request|star|unstar|fork|manage|mark|dismiss)_|_write\b|_trigger\b/;

describe('the reviewed MCP tools', () => {
  it('are exactly the tools that the server documents', () => {
    expect([...TOOLS.keys()].sort()).toEqual([...DOCUMENTED_TOOLS].sort());
    expect(new Set(DOCUMENTED_TOOLS).size).toBe(DOCUMENTED_TOOLS.length);
    expect(new Set(toolWays().map(({ tool }) => tool)).size).toBe(DOCUMENTED_TOOLS.length);
  });

  it.each(toolWays().map(({ way, classification }) => [way, classification] as const))(
    '%s has intents and a class',
    (_way, classification) => {
      expect(classification).toMatchObject({ operation: { surface: 'mcp', intents: expect.anything() } });
    },
  );

  it('never call a change a read, nor a read a change', () => {
    const wrong = toolWays().filter(({ way, classification }) => {
      const intents = 'operation' in classification ? classification.operation.intents : [];
      return intents.some(({ action }) => !action.endsWith('.read')) !== CHANGES.test(way);
    });
    expect(wrong.map(({ way }) => way)).toEqual([]);
  });
});
