import { JoinTokenEntity } from '../agents/join-token.entity.js';
import { AgentEntity } from '../agents/agent.entity.js';
import { ApprovalEntity } from '../approvals/approval.entity.js';
import { ApprovalVoteEntity } from '../approvals/approval-vote.entity.js';
import { AccessTokenEntity } from '../auth/access-token.entity.js';
import { ApiTokenEntity } from '../auth/api-tokens/api-token.entity.js';
import { BreakGlassEntity } from '../auth/break-glass/break-glass.entity.js';
import { LoginAttemptEntity } from '../auth/browser/login-attempt.entity.js';
import { WebSessionEntity } from '../auth/browser/web-session.entity.js';
import { DeviceLoginEntity } from '../auth/device-login.entity.js';
import { PersonEntity } from '../auth/people/person.entity.js';
import { RoleGrantEntity } from '../auth/roles/role-grant.entity.js';
import { LeaseEntity } from '../credentials/lease.entity.js';
import { DecisionEntity } from '../decisions/decision.entity.js';
import { PolicyVersionEntity } from '../policies/policy-version.entity.js';
import { SessionEntity } from '../sessions/session.entity.js';

/** Every table that the control plane owns. */
export const ENTITIES = [
  AccessTokenEntity,
  AgentEntity,
  ApiTokenEntity,
  ApprovalEntity,
  ApprovalVoteEntity,
  BreakGlassEntity,
  DecisionEntity,
  DeviceLoginEntity,
  JoinTokenEntity,
  LeaseEntity,
  LoginAttemptEntity,
  PersonEntity,
  PolicyVersionEntity,
  RoleGrantEntity,
  SessionEntity,
  WebSessionEntity,
];
