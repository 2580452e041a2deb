import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PolicyActor } from './policy-actor.js';

/** One coming into force; the history that a rollback goes by. */
@Entity('policy_activations')
export class PolicyActivationEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ type: 'text' }) version!: string;
  @Column({ type: 'text', nullable: true }) previous!: string | null;
  @Column({ type: 'text' }) reason!: string;
  @Column({ name: 'activated_by', type: 'jsonb', nullable: true }) activatedBy!: PolicyActor | null;
  @Column({ type: 'timestamptz' }) at!: Date;
}
