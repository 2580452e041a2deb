import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a policy set is made of, as text; its version is the hash of it. */
export interface PolicySource {
  access: string;
  obligations: string;
}

/** Immutable, except for being the active one. */
@Entity('policy_versions')
export class PolicyVersionEntity {
  @PrimaryColumn({ type: 'text' }) version!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'jsonb' }) source!: PolicySource;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column({ name: 'activated_at', type: 'timestamptz', nullable: true }) activatedAt!: Date | null;
  @Column({ type: 'boolean' }) active!: boolean;
}
