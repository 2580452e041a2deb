// A bare TLS server that answers a chat completion as a stream of events: what is measured is the way to it. The prompt is
// JSON {events, intervalMs}: how many events, how far apart; 0 is as fast as they are taken. Arguments: key, certificate.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';

const [, , key, cert] = process.argv;
const piece = (n) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'bench', choices: [{ index: 0, delta: { content: `word ${n} ` }, finish_reason: null }] })}\n\n`;
const END = `data: ${JSON.stringify({ id: 'chatcmpl-1', model: 'bench', choices: [], usage: { prompt_tokens: 10, completion_tokens: 5 } })}\n\ndata: [DONE]\n\n`;

async function answer(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { messages } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const { events, intervalMs } = JSON.parse(messages.at(-1).content);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let n = 0; n < events && !response.destroyed; n += 1) {
    if (!response.write(piece(n))) await new Promise((resolve) => response.once('drain', resolve));
    if (intervalMs > 0) await delay(intervalMs);
  }
  response.end(END);
}

const server = https.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
  answer(request, response).catch(() => response.destroy());
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
