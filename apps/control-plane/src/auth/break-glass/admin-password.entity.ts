import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A one-time administrator password, made on the host of the control plane; only its SHA-256 is kept. */
@Entity('break_glass_passwords')
export class AdminPasswordEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ name: 'password_sha256', type: 'text' }) passwordSha256!: string;
  @Column({ type: 'text' }) reason!: string;
  /** Account and host. */
  @Column({ name: 'created_by', type: 'text' }) createdBy!: string;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
  /** When its making was recorded; the process that made it has no audit trail. */
  @Column({ name: 'announced_at', type: 'timestamptz', nullable: true }) announcedAt!: Date | null;
  @Column({ name: 'used_at', type: 'timestamptz', nullable: true }) usedAt!: Date | null;
}
