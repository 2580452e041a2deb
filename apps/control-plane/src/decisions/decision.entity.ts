import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One decision with the slice of the request that it was made on; never a secret, never a body. */
@Entity('decisions')
export class DecisionEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ name: 'session_id', type: 'text' }) sessionId!: string;
  @Column({ name: 'agent_id', type: 'text' }) agentId!: string;
  @Column({ name: 'correlation_id', type: 'text' }) correlationId!: string;
  @Column({ type: 'text' }) surface!: string;
  @Column({ type: 'text' }) operation!: string;
  @Column({ type: 'text' }) target!: string;
  @Column({ type: 'text' }) digest!: string;
  @Column({ type: 'text' }) effect!: 'allow' | 'deny' | 'hold';
  /** Where the policy only observed: what it would have done. */
  @Column({ name: 'would_effect', type: 'text', nullable: true }) wouldEffect!: 'deny' | 'hold' | null;
  @Column({ type: 'text', array: true }) policies!: string[];
  @Column({ name: 'policy_version', type: 'text' }) policyVersion!: string;
  @Column({ name: 'reason_codes', type: 'text', array: true }) reasonCodes!: string[];
  @Column({ name: 'dry_run', type: 'boolean' }) dryRun!: boolean;
  @Column({ name: 'decided_at', type: 'timestamptz' }) decidedAt!: Date;
  @Column({ type: 'jsonb' }) request!: object;
}
