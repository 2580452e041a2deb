// A small assistant: prompt, stream of an answer, tool calls run in a shell, results, until the model asks for no more.
// node assistant.mjs PROMPT [REPOSITORY]: the repository that the conversation is about, as Copilot names it
import { spawnSync } from 'node:child_process';

const [prompt, repository] = process.argv.slice(2);
const url = 'https://api.githubcopilot.com/chat/completions';
const tools = [{ type: 'function', function: { name: 'bash', parameters: { type: 'object' } } }];
const messages = [{ role: 'user', content: prompt }];

async function ask() {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${process.env.COPILOT_GITHUB_TOKEN}`,
      ...(repository ? { 'x-github-repository-nwo': repository } : {}),
    },
    body: JSON.stringify({ model: 'standin-1', stream: true, messages, tools }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  const events = text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)));
  return events.flatMap(({ choices = [] }) => choices.flatMap(({ delta }) => delta.tool_calls ?? []));
}

for (let calls = await ask(); calls.length > 0; calls = await ask()) {
  messages.push({ role: 'assistant', content: null, tool_calls: calls });
  for (const { id, function: called } of calls) {
    const { command } = JSON.parse(called.arguments);
    const ran = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    messages.push({ role: 'tool', tool_call_id: id, content: `${ran.stdout}${ran.stderr}` });
  }
}
