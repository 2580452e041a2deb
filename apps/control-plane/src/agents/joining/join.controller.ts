import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HoldshortError } from '@holdshort/errors';
import type { Request } from 'express';
import { correlationOf } from '../../problem/correlation.js';
import { JoinBody } from './join.dto.js';
import type { JoinEvidence } from './join-method.js';
import { JoinNonces } from './join-nonces.js';
import { JoinService } from './join.service.js';

/** Where workspaces without a join token begin; the evidence says who they are, so nobody is signed in. */
@ApiTags('agents')
@Controller('api/v1/join')
export class JoinController {
  constructor(
    private readonly joins: JoinService,
    private readonly nonces: JoinNonces,
  ) {}

  @Post('nonces')
  nonce() {
    const { nonce, expiresAt } = this.nonces.make();
    return { nonce, expires_at: expiresAt.toISOString() };
  }

  @Post()
  @HttpCode(200)
  async join(@Body() body: JoinBody, @Req() request: Request) {
    const { token, id, expiresAt } = await this.joins.join(evidenceIn(body), correlationOf(request));
    return { token, id, expires_at: expiresAt.toISOString() };
  }
}

const refuse = (message: string): never => {
  throw new HoldshortError('request_malformed', message);
};

function evidenceIn({ method, token, host, headers }: JoinBody): JoinEvidence {
  if (method !== 'aws-iam') return { method, token: token ?? refuse('The evidence lacks its token.') };
  const entries = Object.entries(headers ?? {}).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : refuse('A header is not a text.'),
  ]);
  return { method, host: host ?? refuse('The evidence lacks its host.'), headers: Object.fromEntries(entries) };
}
