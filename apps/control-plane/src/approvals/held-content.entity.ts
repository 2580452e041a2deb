import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What people are shown of a held call, sealed; never in the trail. */
@Entity('held_contents')
export class HeldContentEntity {
  @PrimaryColumn({ name: 'approval_id', type: 'text' }) approvalId!: string;
  @Column({ type: 'text' }) sealed!: string;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
}
