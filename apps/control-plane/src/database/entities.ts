import { JoinTokenEntity } from '../agents/join-token.entity.js';
import { AgentEntity } from '../agents/agent.entity.js';
import { ApprovalEntity } from '../approvals/approval.entity.js';
import { ApprovalVoteEntity } from '../approvals/approval-vote.entity.js';
import { GrantEntity } from '../approvals/grant.entity.js';
import { HeldContentEntity } from '../approvals/held-content.entity.js';
import { AccessTokenEntity } from '../auth/access-token.entity.js';
import { ApiTokenEntity } from '../auth/api-tokens/api-token.entity.js';
import { AdminPasswordEntity } from '../auth/break-glass/admin-password.entity.js';
import { LoginAttemptEntity } from '../auth/browser/login-attempt.entity.js';
import { WebSessionEntity } from '../auth/browser/web-session.entity.js';
import { DeviceLoginEntity } from '../auth/device-login.entity.js';
import { PersonEntity } from '../auth/people/person.entity.js';
import { RoleGrantEntity } from '../auth/roles/role-grant.entity.js';
import { LeaseEntity } from '../credentials/lease.entity.js';
import { DecisionEntity } from '../decisions/decision.entity.js';
import { GithubLinkAttemptEntity } from '../github-links/github-link-attempt.entity.js';
import { GithubLinkEntity } from '../github-links/github-link.entity.js';
import { BreakGlassEntity } from '../policies/break-glass.entity.js';
import { PolicyActivationEntity } from '../policies/policy-activation.entity.js';
import { PolicyVersionEntity } from '../policies/policy-version.entity.js';
import { PromptEntity } from '../prompts/prompt.entity.js';
import { KillSwitchEntity } from '../sessions/kill-switch.entity.js';
import { SessionEntity } from '../sessions/session.entity.js';
import { SimulationEntity } from '../simulations/simulation.entity.js';

/** Every table that the control plane owns. */
export const ENTITIES = [
  AccessTokenEntity,
  AdminPasswordEntity,
  AgentEntity,
  ApiTokenEntity,
  ApprovalEntity,
  ApprovalVoteEntity,
  BreakGlassEntity,
  DecisionEntity,
  DeviceLoginEntity,
  GithubLinkAttemptEntity,
  GithubLinkEntity,
  GrantEntity,
  HeldContentEntity,
  JoinTokenEntity,
  KillSwitchEntity,
  LeaseEntity,
  LoginAttemptEntity,
  PersonEntity,
  PolicyActivationEntity,
  PolicyVersionEntity,
  PromptEntity,
  RoleGrantEntity,
  SessionEntity,
  WebSessionEntity,
  SimulationEntity,
];
