import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

const SECRET_KEYS = [
  'authorization',
  'cookie',
  'token',
  'credential',
  'password',
  'secret',
  'private_key',
  'client_secret',
];

/** Keys that never reach a log line, at the top and one and two levels down. */
const redactPaths = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/** GitHub's token forms and ours: a last net under the rule that nobody logs one. */
const TOKEN_TEXT = /\b(?:gh[a-z]_|github_pat_|hs[a-z]{1,2}1?_)[A-Za-z0-9_.-]{8,}/g;

export const withoutTokens = (text: string): string => text.replace(TOKEN_TEXT, '[token removed]');

/** One JSON object per line on stdout (or `destination`); model-controlled text is escaped by JSON itself. */
export function createLogger(service: string, level = 'info', destination?: DestinationStream): Logger {
  const stream: DestinationStream = {
    write: (line) => {
      const clean = withoutTokens(line);
      if (destination) destination.write(clean);
      else process.stdout.write(clean);
    },
  };
  return pino(
    {
      name: service,
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: redactPaths, censor: '[removed]' },
    },
    stream,
  );
}
