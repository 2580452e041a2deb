import http from 'node:http';
import https from 'node:https';
import { HoldshortError } from '@holdshort/errors';

export interface Question {
  method: 'GET' | 'POST' | 'PUT';
  headers?: Record<string, string>;
  body?: string;
  /** PEM of CAs that are trusted instead of the system's. */
  ca?: string;
}

const TIMEOUT_MS = 10_000;
const ANSWER_LIMIT = 256 * 1024;

/**
 * One HTTP question without the proxy settings of the workspace, which lead to this agent. Redirects are not followed.
 * @throws HoldshortError `control_plane_unreachable` without an answer
 */
export async function ask(
  url: string,
  { method, headers, body, ca }: Question,
): Promise<{ status: number; text: string }> {
  const { request } = url.startsWith('https:') ? https : http;
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const options = {
      method,
      headers,
      timeout: TIMEOUT_MS,
      agent: false as const,
      ...(ca === undefined ? {} : { ca }),
    };
    const call = request(url, options, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > ANSWER_LIMIT) call.destroy(new Error('the answer is too long'));
        chunks.push(chunk);
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
    });
    call.on('timeout', () => call.destroy(new Error('no answer in time')));
    call.on('error', reject);
    call.end(body);
  }).catch((cause: unknown) => {
    throw new HoldshortError('control_plane_unreachable', `${new URL(url).host} gave no answer.`, { cause });
  });
}
