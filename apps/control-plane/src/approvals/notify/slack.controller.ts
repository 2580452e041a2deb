import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HoldshortError } from '@holdshort/errors';
import type { Request } from 'express';
import { CLOCK, secondsLater, type Clock } from '../../clock.js';
import { correlationOf } from '../../problem/correlation.js';
import { SeenTokens } from '../../auth/seen-tokens.service.js';
import { NOTIFIERS, type Notifiers, type SlackAnswers } from './notifiers.js';
import { SlackAnswersService, type SlackResponse } from './slack-answers.service.js';
import { readSlackPayload, type SlackPayload } from './slack-payload.js';
import { isFromSlack, WINDOW_S } from './slack-signature.js';

/** The time of a request may be ahead of ours as well as behind it. */
const REMEMBERED_S = 2 * WINDOW_S + 60;

/** Where Slack sends what people press; the body arrives as text, since its signature is over the bytes. */
@ApiTags('approvals')
@Controller('api/v1/slack')
export class SlackController {
  constructor(
    private readonly answers: SlackAnswersService,
    private readonly seen: SeenTokens,
    @Inject(NOTIFIERS) private readonly notifiers: Notifiers,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  @Post('interactions')
  @HttpCode(200)
  async receive(@Req() request: Request): Promise<SlackResponse> {
    const { slack } = this.notifiers;
    if (!slack) throw new HoldshortError('not_found', 'Slack is not set up to answer.');
    const payload = await this.read(slack, request);
    if (payload.kind === 'other') return {};
    const correlationId = correlationOf(request);
    return payload.kind === 'press'
      ? this.answers.press(slack, payload, correlationId)
      : this.answers.reason(slack, payload, correlationId);
  }

  /** Nothing of the body is looked at before its signature. */
  private async read({ signingSecret }: SlackAnswers, request: Request): Promise<SlackPayload> {
    const body: unknown = request.body;
    const signed = {
      timestamp: request.header('x-slack-request-timestamp'),
      signature: request.header('x-slack-signature'),
      body: typeof body === 'string' ? body : '',
    };
    if (!isFromSlack(signingSecret, signed, this.now()))
      throw new HoldshortError('not_authenticated', 'The request bears no valid signature of Slack.');
    // time and body are under the signature, so the same one means the same request, overheard and sent again
    if (!(await this.seen.isFirst('slack', signed.signature ?? '', secondsLater(this.now(), REMEMBERED_S))))
      throw new HoldshortError('not_authenticated', 'The request was received before.');
    try {
      return readSlackPayload(signed.body);
    } catch (cause) {
      throw new HoldshortError('request_malformed', 'The request is not a form with a payload.', { cause });
    }
  }
}
