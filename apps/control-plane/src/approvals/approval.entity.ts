import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ApprovalStateName = 'pending' | 'approved' | 'rejected' | 'expired' | 'used';

/** What one gate of a hold asks for. */
export interface HeldGate {
  name: string;
  /** Group whose members may open it. */
  approvers: string;
  required: number;
  message: string;
}

/** One ref of the held call, for the people who look at it. */
export interface HeldRef {
  ref: string;
  old: string;
  new: string;
  kind: string;
  paths: string[];
}

/** What a scanner found in the held call; never the text itself. */
export interface HeldFinding {
  rule: string;
  severity: string;
  path: string;
  /** From 1; 0 where the path itself is meant. */
  line: number;
  /** Redacted by the agent. */
  excerpt: string;
}

/** A held call waiting for people, bound to one digest under one policy version. */
@Entity('approvals')
export class ApprovalEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ type: 'text' }) state!: ApprovalStateName;
  @Column({ name: 'session_id', type: 'text' }) sessionId!: string;
  @Column({ type: 'text' }) surface!: string;
  @Column({ type: 'text' }) operation!: string;
  @Column({ type: 'text' }) repo!: string;
  @Column({ type: 'jsonb' }) refs!: HeldRef[];
  /** E-mail addresses, in lower case, of the authors and committers of what is pushed. */
  @Column({ type: 'text', array: true }) authors!: string[];
  @Column({ type: 'jsonb' }) findings!: HeldFinding[];
  @Column({ type: 'text' }) digest!: string;
  /** Where what the call would change stood when it was held: commit ids by place. */
  @Column({ type: 'jsonb' }) expected!: Record<string, string>;
  @Column({ name: 'policy_version', type: 'text' }) policyVersion!: string;
  @Column({ type: 'text', array: true }) policies!: string[];
  @Column({ type: 'jsonb' }) gates!: HeldGate[];
  @Column({ name: 'owner_sub', type: 'text' }) ownerSub!: string;
  @Column({ name: 'owner_idp', type: 'text' }) ownerIdp!: string;
  @Column({ name: 'owner_login', type: 'text' }) ownerLogin!: string;
  @Column({ type: 'text' }) assistant!: string;
  @Column({ name: 'correlation_id', type: 'text' }) correlationId!: string;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
  @Column({ name: 'decided_at', type: 'timestamptz', nullable: true }) decidedAt!: Date | null;
  @Column({ name: 'used_at', type: 'timestamptz', nullable: true }) usedAt!: Date | null;
  /** Id of the question that used it: the same question may be answered again. */
  @Column({ name: 'used_by', type: 'text', nullable: true }) usedBy!: string | null;
  @Column({ name: 'rejected_by', type: 'text', nullable: true }) rejectedBy!: string | null;
  @Column({ type: 'text', nullable: true }) reason!: string | null;
}
