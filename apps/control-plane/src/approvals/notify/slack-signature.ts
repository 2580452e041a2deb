import { createHmac, timingSafeEqual } from 'node:crypto';

/** Older and newer requests are refused: https://docs.slack.dev/authentication/verifying-requests-from-slack. */
export const WINDOW_S = 300;

export interface SlackSigned {
  /** `x-slack-request-timestamp` */
  timestamp: string | undefined;
  /** `x-slack-signature` */
  signature: string | undefined;
  body: string;
}

export const signSlack = (secret: string, timestamp: string, body: string): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;

/** Whether Slack sent this body within the last five minutes. */
export function isFromSlack(secret: string, { timestamp, signature, body }: SlackSigned, now: Date): boolean {
  if (timestamp === undefined || !/^[0-9]{1,12}$/.test(timestamp) || signature === undefined || secret === '')
    return false;
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > WINDOW_S) return false;
  const [given, expected] = [Buffer.from(signature), Buffer.from(signSlack(secret, timestamp, body))];
  return given.length === expected.length && timingSafeEqual(given, expected);
}
