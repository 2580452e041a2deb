import { HoldshortError } from '@holdshort/errors';
import type { Clock } from '../../clock.js';
import { isSafeUrl, URL_SETTING } from '../../safe-url.js';
import { readNameLists, type ControlPlaneSettings } from '../../settings.js';
import { EmailNotifier } from './email-notifier.js';
import type { Notifier } from './notifier.js';
import { SlackApi } from './slack-api.js';
import { SlackNotifier, SlackWebhookNotifier } from './slack-notifier.js';
import { WebhookNotifier } from './webhook-notifier.js';

/** Injection token of the ways to tell people. */
export const NOTIFIERS = Symbol('notifiers');

export interface Notifiers {
  all: readonly Notifier[];
  /** Set where Slack may answer. */
  slack: SlackAnswers | undefined;
}

/** What it takes to hear answers from Slack. */
export interface SlackAnswers {
  api: SlackApi;
  signingSecret: string;
}

/** The ways that the settings name. @throws HoldshortError `request_malformed` for one that is set by half or is unsafe */
export function notifiersOf(settings: ControlPlaneSettings, now: Clock): Notifiers {
  const slack = slackOf(settings);
  const all = [webhookOf(settings, now), slack.notifier, emailOf(settings)].filter((one) => one !== undefined);
  return { all, slack: slack.answers };
}

const refuse = (message: string): never => {
  throw new HoldshortError('request_malformed', message);
};

/** Approvals tell what somebody works on; only a loopback receiver gets them without TLS. */
function safeUrl(text: string, env: string): string {
  const url = text.trim();
  return isSafeUrl(url) ? url : refuse(`${env} ${URL_SETTING}`);
}

function webhookOf(settings: ControlPlaneSettings, now: Clock): Notifier | undefined {
  const { notifyWebhookUrl: url, notifyWebhookSecret: secret } = settings;
  if (url === undefined && secret === undefined) return undefined;
  if (url === undefined || secret === undefined || secret.trim() === '')
    return refuse('HOLDSHORT_NOTIFY_WEBHOOK_URL and HOLDSHORT_NOTIFY_WEBHOOK_SECRET_FILE belong together.');
  return new WebhookNotifier({ url: safeUrl(url, 'HOLDSHORT_NOTIFY_WEBHOOK_URL'), secret: secret.trim() }, now);
}

function slackOf(settings: ControlPlaneSettings): { notifier?: Notifier; answers: SlackAnswers | undefined } {
  const { slackWebhook, slackBotToken: token, slackChannel, slackSigningSecret: secret, slackApiUrl } = settings;
  if (token === undefined) {
    if (slackChannel !== undefined || secret !== undefined)
      return refuse(
        'HOLDSHORT_SLACK_CHANNEL and HOLDSHORT_SLACK_SIGNING_SECRET_FILE need HOLDSHORT_SLACK_BOT_TOKEN_FILE.',
      );
    if (slackWebhook === undefined) return { answers: undefined };
    return {
      notifier: new SlackWebhookNotifier(safeUrl(slackWebhook, 'HOLDSHORT_SLACK_WEBHOOK_FILE')),
      answers: undefined,
    };
  }
  if (slackWebhook !== undefined)
    return refuse('Set HOLDSHORT_SLACK_BOT_TOKEN_FILE or HOLDSHORT_SLACK_WEBHOOK_FILE, not both.');
  if (slackChannel === undefined) return refuse('HOLDSHORT_SLACK_BOT_TOKEN_FILE needs HOLDSHORT_SLACK_CHANNEL.');
  const api = new SlackApi({ apiUrl: safeUrl(slackApiUrl, 'HOLDSHORT_SLACK_API_URL'), botToken: token });
  const answers = secret === undefined || secret.trim() === '' ? undefined : { api, signingSecret: secret.trim() };
  return { notifier: new SlackNotifier(api, { slackChannel, withButtons: answers !== undefined }), answers };
}

function emailOf(settings: ControlPlaneSettings): Notifier | undefined {
  const { smtpUrl, emailFrom: from } = settings;
  const to = readNameLists('HOLDSHORT_NOTIFY_EMAIL_TO', settings.emailTo);
  if (smtpUrl === undefined && from === undefined && to.size === 0) return undefined;
  if (smtpUrl === undefined || from === undefined || to.size === 0)
    return refuse(
      'HOLDSHORT_SMTP_URL_FILE, HOLDSHORT_NOTIFY_EMAIL_FROM and HOLDSHORT_NOTIFY_EMAIL_TO belong together.',
    );
  if (!/^smtps?:$/.test(URL.parse(smtpUrl.trim())?.protocol ?? ''))
    return refuse('HOLDSHORT_SMTP_URL_FILE must hold an smtp or smtps URL.');
  return new EmailNotifier({ smtpUrl: smtpUrl.trim(), from, to });
}
