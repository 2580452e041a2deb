import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A standing answer to holds of one kind, for a while: what it covers, who gave it, until when. */
@Entity('approval_grants')
export class GrantEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  /** Set where one session is meant, else empty. */
  @Column({ name: 'session_id', type: 'text' }) sessionId!: string;
  /** Login of the engineer whose sessions are meant. */
  @Column({ type: 'text' }) engineer!: string;
  @Column({ name: 'engineer_idp', type: 'text' }) engineerIdp!: string;
  /** Intents, e.g. `ref.update`. */
  @Column({ type: 'text', array: true }) actions!: string[];
  /** owner/name */
  @Column({ type: 'text' }) repo!: string;
  /** Pattern over full ref names; empty for actions that name no ref. */
  @Column({ name: 'ref_glob', type: 'text' }) refGlob!: string;
  /** Names of the gates that it opens; others stay shut. */
  @Column({ type: 'text', array: true }) gates!: string[];
  @Column({ type: 'text' }) reason!: string;
  @Column({ name: 'granter_sub', type: 'text' }) granterSub!: string;
  @Column({ name: 'granter_idp', type: 'text' }) granterIdp!: string;
  @Column({ name: 'granter_login', type: 'text' }) granterLogin!: string;
  @Column({ name: 'granter_email', type: 'text' }) granterEmail!: string;
  /** The granter's groups at that time: for which gates the grant counts. */
  @Column({ name: 'granter_groups', type: 'text', array: true }) granterGroups!: string[];
  @Column({ name: 'created_at', type: 'timestamptz' }) createdAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true }) revokedAt!: Date | null;
  @Column({ name: 'revoked_by', type: 'text', nullable: true }) revokedBy!: string | null;
  @Column({ type: 'integer' }) uses!: number;
}
