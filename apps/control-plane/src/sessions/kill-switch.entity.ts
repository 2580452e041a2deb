import { Column, Entity, PrimaryColumn } from 'typeorm';

export type KillScope = 'session' | 'workspace' | 'engineer' | 'all';

/** A stop that an administrator has ordered; in force until it is lifted. */
@Entity('kill_switches')
export class KillSwitchEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ type: 'text' }) scope!: KillScope;
  /** Session id, name of the workspace or login; empty for `all`. */
  @Column({ type: 'text' }) target!: string;
  @Column({ type: 'text' }) reason!: string;
  @Column({ name: 'engaged_by', type: 'text' }) engagedBy!: string;
  @Column({ name: 'engaged_at', type: 'timestamptz' }) engagedAt!: Date;
  @Column({ name: 'lifted_by', type: 'text', nullable: true }) liftedBy!: string | null;
  @Column({ name: 'lifted_at', type: 'timestamptz', nullable: true }) liftedAt!: Date | null;
}
