import { HoldshortError } from '@holdshort/errors';
import { Agent, request } from 'undici';
import { readLimited } from './read-limited.js';

const TIMEOUT_MS = 5_000;
/** An identity's answer is some hundred bytes, a key set some thousand. */
const ANSWER_LIMIT = 256 * 1024;

export interface Asked {
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string;
  /** PEM, besides the system's. */
  ca?: string;
}

/**
 * One question over HTTPS; redirects are not followed, so the answer is that of the host asked.
 * @returns status and body; a body that is not JSON is undefined
 * @throws HoldshortError `upstream_unreachable` without an answer
 */
export async function askJson(url: string, asked: Asked): Promise<{ status: number; body: unknown }> {
  const { ca, ...options } = asked;
  const dispatcher = new Agent({ connect: { timeout: TIMEOUT_MS, ...(ca === undefined ? {} : { ca }) } });
  try {
    const answer = await request(url, { ...options, dispatcher, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await readLimited(answer.body, ANSWER_LIMIT, () => new Error('the answer is too long'));
    return { status: answer.statusCode, body: parsed(text) };
  } catch (cause) {
    throw new HoldshortError('upstream_unreachable', 'Whoever could vouch for the workspace gave no answer.', {
      cause,
    });
  } finally {
    await dispatcher.destroy();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON, no claim
  }
}
