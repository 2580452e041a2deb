import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One engineer using one assistant in one workspace for one stretch of time. */
@Entity('sessions')
export class SessionEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ name: 'credential_sha256', type: 'text' }) credentialSha256!: string;
  @Column({ name: 'human_sub', type: 'text' }) humanSub!: string;
  @Column({ name: 'human_login', type: 'text' }) humanLogin!: string;
  @Column({ name: 'human_email', type: 'text' }) humanEmail!: string;
  @Column({ name: 'human_idp', type: 'text' }) humanIdp!: string;
  @Column({ name: 'human_groups', type: 'text', array: true }) humanGroups!: string[];
  /** Empty for a person's own session. */
  @Column({ type: 'text' }) assistant!: string;
  @Column({ name: 'is_human', type: 'boolean' }) isHuman!: boolean;
  @Column({ type: 'text' }) workspace!: string;
  /** Set: only this agent may speak for the session. */
  @Column({ name: 'agent_id', type: 'text', nullable: true }) agentId!: string | null;
  @Column({ type: 'text' }) command!: string;
  /** The session that this one rolls back. */
  @Column({ type: 'text', nullable: true }) undoes!: string | null;
  @Column({ name: 'opened_at', type: 'timestamptz' }) openedAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true }) endedAt!: Date | null;
  @Column({ name: 'end_reason', type: 'text', nullable: true }) endReason!: string | null;
}
