import type { PolicySetSource, StarterName, StarterNames } from '@holdshort/policy';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PolicyActor } from './policy-actor.js';

/** What a policy set is made of; its version is the hash of it. */
export type PolicySource = Omit<PolicySetSource, 'name' | 'schema'>;

/** The starter set that a version was made from. */
export interface StarterOrigin {
  name: StarterName;
  /** Version of the starter set at that time. */
  version: string;
  names: Partial<StarterNames>;
}

/** `draft` until someone asks for a review; whether it is or was in force is told by `active` and `activatedAt`. */
export type PolicyState = 'draft' | 'review' | 'approved' | 'rejected';

/** Source, cases and name never change; what changes is where the version stands. */
@Entity('policy_versions')
export class PolicyVersionEntity {
  @PrimaryColumn({ type: 'text' }) version!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'jsonb' }) source!: PolicySource;
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column({ name: 'activated_at', type: 'timestamptz', nullable: true }) activatedAt!: Date | null;
  @Column({ type: 'boolean' }) active!: boolean;
  @Column({ type: 'text' }) state!: PolicyState;
  @Column({ type: 'text' }) note!: string;
  /** Null for what the control plane stored by itself. */
  @Column({ type: 'jsonb', nullable: true }) author!: PolicyActor | null;
  @Column({ type: 'jsonb', nullable: true }) submitter!: PolicyActor | null;
  @Column({ type: 'jsonb', nullable: true }) reviewer!: PolicyActor | null;
  @Column({ name: 'reviewed_at', type: 'timestamptz', nullable: true }) reviewedAt!: Date | null;
  @Column({ type: 'jsonb', nullable: true }) starter!: StarterOrigin | null;
  /** Hash of the schema that the source was type-checked against; empty where it was not. */
  @Column({ name: 'checked_against', type: 'text' }) checkedAgainst!: string;
  @Column({ type: 'jsonb' }) policies!: { id: string; title: string; effect: string }[];
  /** How the version was computed: 0 by the release before this table had the column, 1 by `versionOf`. */
  @Column({ type: 'integer' }) format!: number;
}
