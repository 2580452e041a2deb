import { NotDelivered } from './notifier.js';
import { post } from './post-json.js';

/** Slack's Web API with a bot token: https://docs.slack.dev/apis/web-api. */
export class SlackApi {
  constructor(private readonly config: { apiUrl: string; botToken: string }) {}

  /**
   * @param body JSON body; methods that take none but query parameters get them as a form
   * @throws NotDelivered where Slack gives no answer or answers `ok: false`
   */
  async call(
    method: string,
    body: Record<string, unknown>,
    as: 'json' | 'form' = 'json',
  ): Promise<Record<string, unknown>> {
    const { apiUrl, botToken } = this.config;
    const text = await post(
      `${apiUrl.replace(/\/+$/, '')}/${method}`,
      as === 'json' ? JSON.stringify(body) : formOf(body),
      {
        authorization: `Bearer ${botToken.trim()}`,
        ...(as === 'json' ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
    );
    const answer = objectIn(text);
    if (answer['ok'] === true) return answer;
    const word = typeof answer['error'] === 'string' && /^[a-z_]{1,60}$/.test(answer['error']) ? answer['error'] : 'no';
    throw new NotDelivered(`Slack said ${word} to ${method}.`);
  }
}

const formOf = (body: Record<string, unknown>): string =>
  new URLSearchParams(Object.entries(body).map(([name, value]): [string, string] => [name, String(value)])).toString();

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch (cause) {
    throw new NotDelivered('Slack answered something that is not JSON.', 0, { cause });
  }
}
