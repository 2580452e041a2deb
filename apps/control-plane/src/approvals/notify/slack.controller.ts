import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HoldshortError } from '@holdshort/errors';
import type { Request } from 'express';
import { CLOCK, type Clock } from '../../clock.js';
import { correlationOf } from '../../problem/correlation.js';
import { NOTIFIERS, type Notifiers, type SlackAnswers } from './notifiers.js';
import { SlackAnswersService, type SlackResponse } from './slack-answers.service.js';
import { readSlackPayload, type SlackPayload } from './slack-payload.js';
import { isFromSlack } from './slack-signature.js';

/** Where Slack sends what people press; the body arrives as text, since its signature is over the bytes. */
@ApiTags('approvals')
@Controller('api/v1/slack')
export class SlackController {
  constructor(
    private readonly answers: SlackAnswersService,
    @Inject(NOTIFIERS) private readonly notifiers: Notifiers,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  @Post('interactions')
  @HttpCode(200)
  async receive(@Req() request: Request): Promise<SlackResponse> {
    const { slack } = this.notifiers;
    if (!slack) throw new HoldshortError('not_found', 'Slack is not set up to answer.');
    const payload = this.read(slack, request);
    if (payload.kind === 'other') return {};
    const correlationId = correlationOf(request);
    return payload.kind === 'press'
      ? this.answers.press(slack, payload, correlationId)
      : this.answers.reason(slack, payload, correlationId);
  }

  /** Nothing of the body is looked at before its signature. */
  private read({ signingSecret }: SlackAnswers, request: Request): SlackPayload {
    const body: unknown = request.body;
    const signed = {
      timestamp: request.header('x-slack-request-timestamp'),
      signature: request.header('x-slack-signature'),
      body: typeof body === 'string' ? body : '',
    };
    if (!isFromSlack(signingSecret, signed, this.now()))
      throw new HoldshortError('not_authenticated', 'The request bears no valid signature of Slack.');
    try {
      return readSlackPayload(signed.body);
    } catch (cause) {
      throw new HoldshortError('request_malformed', 'The request is not a form with a payload.', { cause });
    }
  }
}
