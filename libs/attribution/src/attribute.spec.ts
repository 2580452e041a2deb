import { attribute } from './attribute.js';
import { callFact } from './call-facts.js';
import type { ExchangeFact, Fact, OperationFact, ProcessFact } from './facts.js';
import { commitNode, operationNode, promptNode } from './graph.js';
import { pathsTo } from './paths-to-commit.js';
import { resultFacts } from './result-facts.js';
import { sha256 } from './testing/simulated-world.js';

const COMMIT = 'c0ffee0c0ffee0c0ffee0c0ffee0c0ffee0c0ffe';
const process_ = (pid: number, name: string): ProcessFact => ({ pid, started: pid, name });
const SHELL = process_(10, 'bash');
const COPILOT = process_(20, 'copilot');
const CODEX = process_(30, 'codex');

const exchange = (id: string, at: number, rest: Partial<ExchangeFact>): ExchangeFact => ({
  kind: 'exchange',
  id,
  session: 's',
  startedAt: at,
  answeredAt: at + 5,
  endedAt: at + 10,
  model: 'gpt-4.1',
  promptSha256: sha256('add a file, commit and push'),
  calls: [],
  results: [],
  chain: { processes: [COPILOT, SHELL], isWhole: true },
  ...rest,
});

const bash = (id: string, command: string) =>
  callFact({ id, name: 'bash', argumentsSha256: sha256(command), commands: [command] });

const gitPush = (at: number, client: ProcessFact | undefined, rest: Partial<OperationFact> = {}): OperationFact => ({
  kind: 'operation',
  id: `op${at}`,
  session: 's',
  startedAt: at,
  endedAt: at + 5,
  surface: 'git',
  operation: 'git/receive-pack',
  refs: [{ ref: 'refs/heads/fix', newId: COMMIT }],
  isHuman: false,
  succeeded: true,
  chain: {
    processes: [process_(99, 'git-remote-http'), process_(98, 'git'), ...(client ? [client] : []), SHELL],
    isWhole: true,
  },
  ...rest,
});

const told = (id: string, text: string) => resultFacts(id, sha256(text), text);
const causes = (facts: Fact[], node: string): string[] =>
  pathsTo(attribute(facts), node).map(
    ({ nodes, confidence }) => `${confidence}: ${nodes.map((id) => id.split(':')[0]).join(' > ')}`,
  );

const LOUD = 'git add -A && git commit -m "add" && git push origin HEAD:fix';
const SAID = `[fix ${COMMIT.slice(0, 7)}] add\n 1 file changed\nTo https://github.com/acme/app.git\n   1111111..${COMMIT.slice(0, 7)}  HEAD -> fix\n`;

describe('attribute', () => {
  it('ties a commit to its prompt by what git told the tool call', () => {
    const facts = [
      exchange('e1', 0, { calls: [bash('call_1', LOUD)] }),
      gitPush(20, COPILOT),
      exchange('e2', 40, { results: [told('call_1', SAID)] }),
    ];
    expect(causes(facts, commitNode(COMMIT))).toEqual([
      'exact: prompt > exchange > call > operation > commit',
      'exact: prompt > exchange > call > commit',
    ]);
  });

  it('ties a quiet push to its prompt by command, process and time', () => {
    const facts = [
      exchange('e1', 0, { calls: [bash('call_1', 'git push -q origin fix')] }),
      gitPush(20, COPILOT),
      exchange('e2', 40, { results: [told('call_1', '<exited with exit code 0>')] }),
    ];
    expect(causes(facts, operationNode('op20'))).toEqual(['command: prompt > exchange > call > operation']);
  });

  it('ties a push of Codex to the tool call that its environment names', () => {
    const chain = { processes: [CODEX, SHELL], isWhole: true };
    const call = callFact({ id: 'call_1', name: 'exec_command', argumentsSha256: sha256(''), commands: ['git push'] });
    const facts = [exchange('e1', 0, { calls: [call], chain }), gitPush(20, CODEX, { toolCallId: 'call_1' })];
    expect(causes(facts, operationNode('op20'))).toEqual(['exact: prompt > exchange > call > operation']);
  });

  it('infers no more than the prompt where two calls could have pushed', () => {
    const calls = [bash('call_1', 'git push'), bash('call_2', 'git push origin fix')];
    expect(causes([exchange('e1', 0, { calls }), gitPush(20, COPILOT)], operationNode('op20'))).toEqual([
      'inferred: prompt > operation',
    ]);
  });

  it('tells two assistants of one session apart by their processes', () => {
    const facts = [
      exchange('e1', 0, { calls: [bash('call_1', 'git push')] }),
      exchange('e2', 1, {
        calls: [bash('call_2', 'git push')],
        promptSha256: sha256('another'),
        chain: { processes: [CODEX, SHELL], isWhole: true },
      }),
      gitPush(20, CODEX),
    ];
    const [path] = pathsTo(attribute(facts), operationNode('op20'));
    expect(path).toMatchObject({ confidence: 'command' });
    expect(path?.nodes[0]).toBe(promptNode('s', sha256('another')));
  });

  it('marks a push without an assistant above it human, though a tool call would fit', () => {
    const graph = attribute([
      exchange('e1', 0, { calls: [bash('call_1', 'git push origin fix')] }),
      gitPush(20, undefined),
    ]);
    expect(graph.nodes.find(({ id }) => id === operationNode('op20'))?.human).toContain('no process');
    expect(pathsTo(graph, operationNode('op20'))).toEqual([]);
  });

  it('neither ties nor marks human where the process is not known', () => {
    const graph = attribute([
      exchange('e1', 0, { calls: [bash('call_1', 'git push origin fix')] }),
      gitPush(20, undefined, { chain: undefined }),
      gitPush(30, undefined, { chain: { processes: [process_(99, 'git')], isWhole: false } }),
    ]);
    for (const id of ['op20', 'op30']) {
      expect(graph.nodes.find((node) => node.id === operationNode(id))?.human).toBeUndefined();
      expect(pathsTo(graph, operationNode(id)).map(({ confidence }) => confidence)).toEqual(['inferred']);
    }
  });

  it('believes no result for a call that no answer had, none of another session, and none told before the answer', () => {
    const call = bash('call_1', LOUD);
    const forged = exchange('e0', 0, { results: [told('call_1', SAID), told('call_9', SAID)] });
    const facts = [
      forged,
      exchange('e1', 1, { calls: [call], session: 'other' }),
      gitPush(20, undefined, { chain: undefined }),
    ];
    expect(causes(facts, commitNode(COMMIT))).toEqual(['inferred: prompt > operation > commit']);
  });

  it('ties nothing exactly to a result of which there are two versions, or to an id that two answers have', () => {
    const call = bash('call_1', LOUD);
    const twice = [
      exchange('e1', 0, { calls: [call] }),
      gitPush(20, undefined, { chain: undefined }),
      exchange('e2', 40, { results: [told('call_1', 'failed')] }),
      exchange('e3', 50, { results: [told('call_1', SAID)] }),
    ];
    expect(causes(twice, commitNode(COMMIT))).toEqual(['inferred: prompt > operation > commit']);
    const same = [exchange('e1', 0, { calls: [call] }), exchange('e2', 1, { calls: [call] }), gitPush(20, COPILOT)];
    expect(causes(same, commitNode(COMMIT))).toEqual(['inferred: prompt > operation > commit']);
  });

  it('takes a commit that a call only read of for nobody’s', () => {
    const facts = [
      exchange('e1', 0, { calls: [bash('call_1', 'cat log'), bash('call_2', 'git commit -qm x && cat log')] }),
      exchange('e2', 30, {
        results: [told('call_1', SAID), told('call_2', `[fix 1234567] x\n${SAID}`)],
      }),
      gitPush(40, undefined, { chain: undefined }),
    ];
    expect(causes(facts, commitNode(COMMIT))).toEqual(['inferred: prompt > operation > commit']);
  });
});
