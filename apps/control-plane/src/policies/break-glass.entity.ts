import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PolicyActor } from './policy-actor.js';

/** An emergency way that an administrator opened for one session, for a while. */
@Entity('break_glass')
export class BreakGlassEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ name: 'session_id', type: 'text' }) sessionId!: string;
  @Column({ type: 'text' }) reason!: string;
  @Column({ name: 'opened_by', type: 'jsonb' }) openedBy!: PolicyActor;
  @Column({ name: 'opened_at', type: 'timestamptz' }) openedAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
}
