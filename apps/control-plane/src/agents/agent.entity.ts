import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An enrolled agent: one per workspace. */
@Entity('agents')
export class AgentEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ type: 'text' }) workspace!: string;
  @Column({ type: 'text' }) host!: string;
  @Column({ type: 'text' }) version!: string;
  @Column({ name: 'enrolled_at', type: 'timestamptz' }) enrolledAt!: Date;
  @Column({ name: 'last_seen', type: 'timestamptz', nullable: true }) lastSeen!: Date | null;
  @Column({ name: 'certificate_expires', type: 'timestamptz' }) certificateExpires!: Date;
  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true }) revokedAt!: Date | null;
}
