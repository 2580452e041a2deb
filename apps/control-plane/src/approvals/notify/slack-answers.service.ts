import { Injectable } from '@nestjs/common';
import { HoldshortError, toHoldshortError } from '@holdshort/errors';
import type { Identity } from '../../auth/identity.js';
import { ApprovalVotesService, type Answer } from '../approval-votes.service.js';
import { ListApprovalsService } from '../list-approvals.service.js';
import type { SlackAnswers } from './notifiers.js';
import { rejectView } from './slack-message.js';
import type { SlackPayload } from './slack-payload.js';
import { SlackPeople } from './slack-people.service.js';

/** What Slack is answered: nothing, or the fault beside the field of the form. */
export type SlackResponse = Record<string, never> | { response_action: 'errors'; errors: { reason: string } };

type Press = SlackPayload & { kind: 'press' };
type Reason = SlackPayload & { kind: 'reason' };

/** Answers to holds from Slack: the same rules as everywhere, for the person whom the verified address names. */
@Injectable()
export class SlackAnswersService {
  constructor(
    private readonly people: SlackPeople,
    private readonly lists: ListApprovalsService,
    private readonly votes: ApprovalVotesService,
  ) {}

  /** Whoever may not answer is told so, alone. */
  async press(slack: SlackAnswers, press: Press, correlationId: string): Promise<SlackResponse> {
    try {
      if (press.action === 'reject') {
        await slack.api.call('views.open', { trigger_id: press.triggerId, view: rejectView(press.approvalId) });
      } else {
        await this.answer(slack, press, { effect: 'approve', reason: '', correlationId, via: 'slack' });
      }
    } catch (error) {
      await slack.api.call('chat.postEphemeral', {
        channel: press.channelId,
        user: press.userId,
        text: toldOf(error),
      });
    }
    return {};
  }

  async reason(slack: SlackAnswers, form: Reason, correlationId: string): Promise<SlackResponse> {
    try {
      if (form.reason === '') throw new HoldshortError('request_malformed', 'A refusal needs its reason.');
      await this.answer(slack, form, {
        effect: 'reject',
        reason: form.reason.slice(0, 1000),
        correlationId,
        via: 'slack',
      });
      return {};
    } catch (error) {
      return { response_action: 'errors', errors: { reason: toldOf(error) } };
    }
  }

  private async answer(
    slack: SlackAnswers,
    who: { userId: string; approvalId: string },
    answer: Answer,
  ): Promise<void> {
    const person = await this.requirePerson(slack, who.userId);
    await this.lists.get(person, who.approvalId);
    await this.votes.answer(person, who.approvalId, answer);
  }

  private async requirePerson(slack: SlackAnswers, userId: string): Promise<Identity> {
    const person = await this.people.find(slack.api, userId);
    if (person) return person;
    throw new HoldshortError(
      'not_authorized',
      'Slack’s verified address for you is not that of an approver who is signed in to Holdshort. Run `holdshort login`, or answer by the link.',
    );
  }
}

/** An unexpected fault stays inside. */
const toldOf = (error: unknown): string => {
  const { code, message } = toHoldshortError(error);
  return code === 'internal_error' ? 'That did not work; answer by the link.' : message;
};
