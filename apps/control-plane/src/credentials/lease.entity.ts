import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That a GitHub token was issued and for what; the token of an installation is in memory only. */
@Entity('leases')
export class LeaseEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ name: 'session_id', type: 'text' }) sessionId!: string;
  @Column({ type: 'text', default: 'installation' }) kind!: 'installation' | 'user';
  @Column({ type: 'text', array: true }) repositories!: string[];
  @Column({ type: 'jsonb' }) permissions!: Record<string, string>;
  /** Lower-case hex. */
  @Column({ name: 'token_sha256', type: 'text' }) tokenSha256!: string;
  @Column({ name: 'issued_at', type: 'timestamptz' }) issuedAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
  /** Only of a person's token, which lives for hours: what another replica needs to revoke it. Empty once that is done. */
  @Column({ type: 'text', nullable: true }) site!: string | null;
  @Column({ name: 'app_id', type: 'text', nullable: true }) appId!: string | null;
  @Column({ name: 'sealed_token', type: 'text', nullable: true }) sealedToken!: string | null;
  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true }) revokedAt!: Date | null;
}
