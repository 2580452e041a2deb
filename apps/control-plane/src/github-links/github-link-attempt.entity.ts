import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A link under way; taken out when it ends, so that no state, code or handle works twice. */
@Entity('github_link_attempts')
export class GithubLinkAttemptEntity {
  /** Of the state of a browser, or the handle of a terminal. */
  @PrimaryColumn({ name: 'state_sha256', type: 'text' }) stateSha256!: string;
  @Column({ type: 'text' }) by!: 'browser' | 'device';
  @Column({ type: 'text' }) idp!: string;
  @Column({ type: 'text' }) sub!: string;
  /** Of the sign-in of the browser that began; null for a terminal, which proves its person each time. */
  @Column({ name: 'browser_sha256', type: 'text', nullable: true }) browserSha256!: string | null;
  @Column({ type: 'text' }) site!: string;
  @Column({ name: 'app_id', type: 'text' }) appId!: string;
  /** PKCE verifier or device code, sealed with a key that follows from the state or handle. */
  @Column({ name: 'sealed_secret', type: 'bytea' }) sealedSecret!: Buffer;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
}
