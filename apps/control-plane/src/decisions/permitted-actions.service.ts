import { Injectable } from '@nestjs/common';
import type { agentV1 } from '@holdshort/contracts';
import { PoliciesService } from '../policies/policies.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { principalOf } from './judge-policies.js';

/** What a session could be allowed at all. It opens nothing: every call is decided when it comes. */
@Injectable()
export class PermittedActionsService {
  constructor(
    private readonly sessions: SessionsService,
    private readonly policies: PoliciesService,
  ) {}

  /** @throws HoldshortError `session_unknown`, `session_ended`, or `policy_error` while no policy is in force */
  async of(sessionId: string, agentId: string): Promise<agentV1.ListPermittedActionsResponse> {
    const session = await this.sessions.requireLive(sessionId, agentId);
    const set = this.policies.current();
    return { actions: set.possibleActions(principalOf(session)), policyVersion: set.version };
  }
}
