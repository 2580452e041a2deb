import { JoinTokenEntity } from '../agents/join-token.entity.js';
import { AgentEntity } from '../agents/agent.entity.js';
import { ApprovalEntity } from '../approvals/approval.entity.js';
import { ApprovalVoteEntity } from '../approvals/approval-vote.entity.js';
import { GrantEntity } from '../approvals/grant.entity.js';
import { AccessTokenEntity } from '../auth/access-token.entity.js';
import { DeviceLoginEntity } from '../auth/device-login.entity.js';
import { LeaseEntity } from '../credentials/lease.entity.js';
import { DecisionEntity } from '../decisions/decision.entity.js';
import { BreakGlassEntity } from '../policies/break-glass.entity.js';
import { PolicyActivationEntity } from '../policies/policy-activation.entity.js';
import { PolicyVersionEntity } from '../policies/policy-version.entity.js';
import { KillSwitchEntity } from '../sessions/kill-switch.entity.js';
import { SessionEntity } from '../sessions/session.entity.js';
import { SimulationEntity } from '../simulations/simulation.entity.js';

/** Every table that the control plane owns. */
export const ENTITIES = [
  AccessTokenEntity,
  AgentEntity,
  ApprovalEntity,
  ApprovalVoteEntity,
  BreakGlassEntity,
  DecisionEntity,
  DeviceLoginEntity,
  GrantEntity,
  JoinTokenEntity,
  KillSwitchEntity,
  LeaseEntity,
  PolicyActivationEntity,
  PolicyVersionEntity,
  SessionEntity,
  SimulationEntity,
];
