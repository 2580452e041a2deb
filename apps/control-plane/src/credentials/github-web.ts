import { HoldshortError } from '@holdshort/errors';
import { Agent, request } from 'undici';
import { isRecord } from './json-shape.js';

/** Below the 10 s after which PostgreSQL gives up on those who wait for the same link. */
const TIMEOUT_MS = 8_000;

/** The part of GitHub that is no API: where codes and refresh tokens become tokens. */
export class GithubWeb {
  private readonly dispatcher: Agent;

  constructor(
    readonly url: string,
    ca: string | undefined,
  ) {
    this.dispatcher = new Agent({
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      connect: { timeout: 5_000, ...(ca === undefined ? {} : { ca }) },
    });
  }

  /**
   * Errors of OAuth come with status 200 and are an answer.
   * @throws HoldshortError `upstream_unreachable` where GitHub does not answer with an object of JSON
   */
  async post(path: string, fields: Record<string, string>): Promise<Record<string, unknown>> {
    const answer = await this.send(path, fields);
    const body = parse(answer.text);
    if (answer.status === 200 && isRecord(body)) return body;
    throw new HoldshortError(
      'upstream_unreachable',
      `GitHub did not answer an authorisation (status ${String(answer.status)}).`,
    );
  }

  async close(): Promise<void> {
    await this.dispatcher.close();
  }

  private async send(path: string, fields: Record<string, string>): Promise<{ status: number; text: string }> {
    try {
      const answer = await request(`${this.url}${path}`, {
        method: 'POST',
        dispatcher: this.dispatcher,
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
          'user-agent': 'holdshort-control-plane',
        },
        body: new URLSearchParams(fields).toString(),
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (cause) {
      throw new HoldshortError('upstream_unreachable', 'GitHub gave no answer to the control plane.', { cause });
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a page of something in between; the caller refuses what is no object
  }
}
