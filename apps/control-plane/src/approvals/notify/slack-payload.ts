/** What Slack sends when somebody presses a button or sends a form: https://docs.slack.dev/interactivity. */
export type SlackPayload =
  | {
      kind: 'press';
      action: 'approve' | 'reject';
      approvalId: string;
      userId: string;
      channelId: string;
      triggerId: string;
    }
  | { kind: 'reason'; approvalId: string; userId: string; reason: string }
  /** A link that was opened, or what a newer Slack sends: there is nothing to do. */
  | { kind: 'other' };

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const at = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>((found, key) => {
    if (Array.isArray(found)) return typeof key === 'number' ? (found[key] as unknown) : undefined;
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    return (found as Record<string, unknown>)[key];
  }, value);

/** @param body `payload=JSON` as a form; @throws SyntaxError for another */
export function readSlackPayload(body: string): SlackPayload {
  const payload: unknown = JSON.parse(new URLSearchParams(body).get('payload') ?? '');
  const userId = text(at(payload, 'user', 'id'));
  if (at(payload, 'type') === 'view_submission' && at(payload, 'view', 'callback_id') === 'reject') {
    const approvalId = text(at(payload, 'view', 'private_metadata'));
    const reason = text(at(payload, 'view', 'state', 'values', 'reason', 'text', 'value')).trim();
    return { kind: 'reason', approvalId, userId, reason };
  }
  const action = at(payload, 'actions', 0, 'action_id');
  if (at(payload, 'type') !== 'block_actions' || (action !== 'approve' && action !== 'reject'))
    return { kind: 'other' };
  return {
    ...{ kind: 'press', action, userId },
    approvalId: text(at(payload, 'actions', 0, 'value')),
    channelId: text(at(payload, 'channel', 'id')),
    triggerId: text(at(payload, 'trigger_id')),
  };
}
