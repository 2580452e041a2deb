import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A join token's life; the token itself is a key pair that only the workspace holds. */
@Entity('join_tokens')
export class JoinTokenEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ type: 'text' }) workspace!: string;
  @Column({ name: 'created_by', type: 'text' }) createdBy!: string;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
  @Column({ name: 'used_at', type: 'timestamptz', nullable: true }) usedAt!: Date | null;
  @Column({ name: 'agent_id', type: 'text', nullable: true }) agentId!: string | null;
}
