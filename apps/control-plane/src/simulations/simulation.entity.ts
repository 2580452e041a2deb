import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PolicyActor } from '../policies/policy-actor.js';
import type { SimulationReport } from './simulation-report.js';

/** One try of a version against recorded decisions. */
@Entity('policy_simulations')
export class SimulationEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ type: 'text' }) version!: string;
  @Column({ type: 'text' }) state!: 'running' | 'done' | 'failed';
  @Column({ name: 'requested_by', type: 'jsonb' }) requestedBy!: PolicyActor;
  @Column({ name: 'from_at', type: 'timestamptz' }) fromAt!: Date;
  @Column({ name: 'to_at', type: 'timestamptz' }) toAt!: Date;
  @Column({ name: 'started_at', type: 'timestamptz' }) startedAt!: Date;
  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true }) finishedAt!: Date | null;
  @Column({ type: 'jsonb', nullable: true }) report!: SimulationReport | null;
  @Column({ type: 'text', nullable: true }) error!: string | null;
}
