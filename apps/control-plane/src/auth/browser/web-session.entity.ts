import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A signed-in browser; of its cookie only the SHA-256 is kept. */
@Entity('web_sessions')
export class WebSessionEntity {
  @PrimaryColumn({ name: 'id_sha256', type: 'text' }) idSha256!: string;
  @Column({ type: 'text' }) idp!: string;
  @Column({ type: 'text' }) sub!: string;
  /** `sid` of the id_token: the provider's own name for the sign-in, which back-channel logout speaks of. */
  @Column({ name: 'idp_sid', type: 'text', nullable: true }) idpSid!: string | null;
  /** For the logout at the provider; sealed with a key that only the browser has. */
  @Column({ name: 'sealed_id_token', type: 'bytea' }) sealedIdToken!: Buffer;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column({ name: 'seen_at', type: 'timestamptz' }) seenAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true }) endedAt!: Date | null;
}
