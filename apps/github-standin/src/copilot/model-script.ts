import { asList, asObject, type JsonValue } from './loose.js';

/** What the model asks for, one after the other; after the last it says that it is done. */
export interface ScriptStep {
  /** A command line for the assistant's shell tool. */
  command?: string;
  /** Or a tool by its name. */
  tool?: string;
  arguments?: Record<string, unknown>;
}

export interface ModelScript {
  /** Regular expression: prompts that this is for. */
  match: string;
  steps: ScriptStep[];
}

export interface ScriptedCall {
  id: string;
  name: string;
  arguments: string;
}

/** Shell tools of assistants, and where each has its command line. */
const SHELL_TOOLS: Readonly<Record<string, string>> = {
  bash: 'command',
  Bash: 'command',
  exec_command: 'cmd',
  shell_command: 'command',
  shell: 'command',
};

/** Scripts by prompt. The model has no memory: how far it is stands in the conversation that each request brings. */
export class ModelScripts {
  readonly #scripts: ModelScript[] = [];
  #calls = 0;

  add(script: ModelScript): void {
    this.#scripts.unshift(script);
  }

  /** The next call, or undefined where no script has one. */
  next(request: unknown): ScriptedCall | undefined {
    const messages = asList(asObject(request)['messages'] ?? asObject(request)['input']);
    const script = this.#scripts.find(({ match }) => messages.some((one) => isPrompt(one, new RegExp(match))));
    const step = script?.steps[messages.filter(isResult).length];
    const names = asList(asObject(request)['tools']).map(nameOf);
    // a side question of the assistant's own, such as for a title, offers no tools
    if (!step || names.length === 0) return undefined;
    const name = step.tool ?? names.find((one) => one in SHELL_TOOLS);
    if (name === undefined) return undefined;
    this.#calls += 1;
    const written = step.tool === undefined ? { [SHELL_TOOLS[name] ?? 'command']: step.command } : step.arguments;
    return {
      id: `call_${process.pid}_${this.#calls}`,
      name,
      arguments: JSON.stringify({ ...written, ...describing(name) }),
    };
  }
}

/** What Copilot's and Claude Code's shells want besides. */
const describing = (name: string): object => (/^bash$/i.test(name) ? { description: 'scripted' } : {});

const nameOf = (tool: JsonValue): string => {
  const names = [asObject(tool)['name'], asObject(asObject(tool)['function'])['name']];
  return names.find((name) => typeof name === 'string') ?? '';
};

const isPrompt = (message: JsonValue, match: RegExp): boolean => {
  const { role, content } = asObject(message);
  return role === 'user' && match.test(JSON.stringify(content));
};

const isResult = (message: JsonValue): boolean => {
  const { role, type, content } = asObject(message);
  return (
    role === 'tool' ||
    type === 'function_call_output' ||
    asList(content).some((part) => asObject(part)['type'] === 'tool_result')
  );
};
