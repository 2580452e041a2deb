import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That a GitHub token was issued and for what; the token itself is in memory only. */
@Entity('leases')
export class LeaseEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ name: 'session_id', type: 'text' }) sessionId!: string;
  @Column({ type: 'text', array: true }) repositories!: string[];
  @Column({ type: 'jsonb' }) permissions!: Record<string, string>;
  /** Lower-case hex. */
  @Column({ name: 'token_sha256', type: 'text' }) tokenSha256!: string;
  @Column({ name: 'issued_at', type: 'timestamptz' }) issuedAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true }) revokedAt!: Date | null;
}
