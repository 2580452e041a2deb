import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A browser sign-in under way; taken out when its callback comes, so that no state or code works twice. */
@Entity('login_attempts')
export class LoginAttemptEntity {
  @PrimaryColumn({ name: 'state_sha256', type: 'text' }) stateSha256!: string;
  /** Of the cookie of the browser that began: a callback in another browser finds nothing. */
  @Column({ name: 'browser_sha256', type: 'text' }) browserSha256!: string;
  @Column({ type: 'text' }) issuer!: string;
  @Column({ name: 'return_to', type: 'text' }) returnTo!: string;
  /** Nonce and PKCE verifier, sealed with a key that only the browser has. */
  @Column({ name: 'sealed_secrets', type: 'bytea' }) sealedSecrets!: Buffer;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
}
