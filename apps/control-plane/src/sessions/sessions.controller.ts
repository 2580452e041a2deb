import { Body, Controller, Delete, Get, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HoldshortError } from '@holdshort/errors';
import type { Request } from 'express';
import { Caller } from '../access/http-caller.js';
import { AgentsService } from '../agents/agents.service.js';
import { humanOf, type Identity, type WorkloadGrant } from '../auth/identity.js';
import { correlationOf } from '../problem/correlation.js';
import { ListSessionsService } from './list-sessions.service.js';
import { sessionView } from './session-view.js';
import { OpenSessionBody, SessionListQuery } from './sessions.dto.js';
import { SessionsService, type SessionRequest } from './sessions.service.js';

@ApiTags('sessions')
@Controller('api/v1/sessions')
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly lists: ListSessionsService,
    private readonly agents: AgentsService,
  ) {}

  @Post()
  async open(@Caller() caller: Identity, @Body() body: OpenSessionBody, @Req() request: Request) {
    const { session, credential } = await this.sessions.open(
      caller,
      await this.requestOf(body, caller),
      correlationOf(request),
    );
    return {
      id: session.id,
      credential,
      expires_at: session.expiresAt.toISOString(),
      human: humanOf(caller),
      assistant: session.assistant,
      undoes: session.undoes,
    };
  }

  @Get()
  async list(@Caller() caller: Identity, @Query() query: SessionListQuery) {
    const page = await this.lists.list(caller, { state: query.state, limit: query.limit, cursor: query.cursor });
    return { items: page.items.map(sessionView), next: page.next };
  }

  @Get(':id')
  async get(@Caller() caller: Identity, @Param('id') id: string) {
    return sessionView(await this.sessions.get(caller, id));
  }

  @Delete(':id')
  async end(@Caller() caller: Identity, @Param('id') id: string, @Req() request: Request) {
    const session = await this.sessions.end(caller, id, correlationOf(request));
    return { id: session.id, ended_at: session.endedAt?.toISOString() ?? null };
  }

  private async requestOf(body: OpenSessionBody, { workload }: Identity): Promise<SessionRequest> {
    const agent = body.agent_id === undefined ? null : await this.agents.requireById(body.agent_id);
    return {
      ...worksAs({ human: body.human, assistant: workload ? assistantOf(body, workload) : body.assistant }),
      ...(workload ? { seconds: workload.sessionSeconds } : {}),
      agentId: agent?.id ?? null,
      workspace: agent?.workspace ?? body.workspace ?? '',
      command: body.command ?? '',
      undoes: body.undoes ?? null,
    };
  }
}

/** No person is there: the session is an assistant's, and the one that the trust rule names. */
function assistantOf(body: OpenSessionBody, { assistant }: WorkloadGrant): string | undefined {
  if (body.human === true) throw new HoldshortError('not_authorized', 'A workload opens no session of a person.');
  if (assistant !== undefined && body.assistant !== undefined && body.assistant !== assistant)
    throw new HoldshortError('not_authorized', `This workload opens sessions of ${assistant} only.`);
  return assistant ?? body.assistant;
}

function worksAs(named: {
  human: boolean | undefined;
  assistant: string | undefined;
}): Pick<SessionRequest, 'assistant' | 'isHuman'> {
  const { human, assistant } = named;
  if (human !== true) return { assistant: assistant ?? 'unknown', isHuman: false };
  if (assistant === undefined) return { assistant: '', isHuman: true };
  throw new HoldshortError('request_malformed', 'A session is either a person or an assistant.');
}
