import type { Notice } from './notice.js';
import { linesOf, titleOf } from './notice-text.js';

/** https://docs.slack.dev/reference/block-kit/blocks/section-block: at most 3,000 characters. */
const SECTION_LIMIT = 2_900;
/** https://docs.slack.dev/reference/block-kit/blocks/header-block: at most 150 characters. */
const HEADER_LIMIT = 150;

const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });

function buttons({ approval }: Notice) {
  const button = (action: string, label: string, style: string) => ({
    ...{ type: 'button', action_id: action, text: plain(label), style, value: approval.id },
  });
  return {
    type: 'actions',
    block_id: 'answer',
    elements: [button('approve', 'Approve', 'primary'), button('reject', 'Refuse…', 'danger')],
  };
}

/** A notice as Slack shows it: plain text throughout, so that no branch name can mention or link. */
export function slackMessage(notice: Notice, withButtons: boolean) {
  const { approval } = notice;
  const title = titleOf(notice);
  const link = { type: 'button', action_id: 'open', text: plain('Look at it'), url: approval.url };
  return {
    text: title.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    blocks: [
      { type: 'header', text: plain(title.slice(0, HEADER_LIMIT)) },
      { type: 'section', text: plain(linesOf(notice).join('\n').slice(0, SECTION_LIMIT)) },
      ...(withButtons && approval.state === 'pending' ? [buttons(notice)] : []),
      ...(approval.url.startsWith('https://') || approval.url.startsWith('http://')
        ? [{ type: 'actions', block_id: 'link', elements: [link] }]
        : []),
    ],
    unfurl_links: false,
    unfurl_media: false,
  };
}

/** The form that asks for the reason of a refusal; the approval's id travels along. */
export const rejectView = (approvalId: string) => ({
  type: 'modal',
  callback_id: 'reject',
  private_metadata: approvalId,
  title: plain('Refuse the call'),
  submit: plain('Refuse'),
  close: plain('Back'),
  blocks: [
    {
      type: 'input',
      block_id: 'reason',
      label: plain('Why, and what to do instead; the engineer and the assistant read it'),
      element: { type: 'plain_text_input', action_id: 'text', multiline: true, min_length: 1, max_length: 1000 },
    },
  ],
});
