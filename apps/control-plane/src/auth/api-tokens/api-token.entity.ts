import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A personal API token; only its SHA-256 is kept. Its person's groups and roles count at each call, not at its making. */
@Entity('api_tokens')
export class ApiTokenEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ name: 'token_sha256', type: 'text' }) tokenSha256!: string;
  @Column({ type: 'text' }) idp!: string;
  @Column({ type: 'text' }) sub!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text', array: true }) scopes!: string[];
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true }) lastUsedAt!: Date | null;
  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true }) revokedAt!: Date | null;
}
