import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The text of a prompt or an answer, sealed; each once per session. */
@Entity('prompts')
export class PromptEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ name: 'session_id', type: 'text' }) sessionId!: string;
  @Column({ name: 'correlation_id', type: 'text' }) correlationId!: string;
  /** prompt or answer */
  @Column({ type: 'text' }) kind!: string;
  /** Of the text as it was on the wire: what events name. */
  @Column({ type: 'text' }) sha256!: string;
  /** redacted or full */
  @Column({ type: 'text' }) keeping!: string;
  @Column({ type: 'text' }) model!: string;
  @Column({ type: 'text' }) sealed!: string;
  @Column({ name: 'occurred_at', type: 'timestamptz' }) occurredAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
}
