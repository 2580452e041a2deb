import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A signed-in person's bearer token; only its SHA-256 is kept. */
@Entity('access_tokens')
export class AccessTokenEntity {
  @PrimaryColumn({ name: 'token_sha256', type: 'text' }) tokenSha256!: string;
  @Column({ type: 'text' }) sub!: string;
  @Column({ type: 'text' }) login!: string;
  @Column({ type: 'text' }) email!: string;
  @Column({ type: 'text' }) idp!: string;
  @Column({ type: 'text', array: true }) groups!: string[];
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true }) revokedAt!: Date | null;
}
