import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person's account at a GitHub, for which one App may act. Made anew, with a new id, when it is linked again. */
@Entity('github_links')
export class GithubLinkEntity {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column({ type: 'text' }) idp!: string;
  @Column({ type: 'text' }) sub!: string;
  @Column({ type: 'text' }) login!: string;
  @Column({ type: 'text' }) email!: string;
  /** Host of the GitHub, and the App there. */
  @Column({ type: 'text' }) site!: string;
  @Column({ name: 'app_id', type: 'text' }) appId!: string;
  @Column({ name: 'github_id', type: 'text' }) githubId!: string;
  @Column({ name: 'github_login', type: 'text' }) githubLogin!: string;
  @Column({ name: 'sealed_access', type: 'text' }) sealedAccess!: string;
  @Column({ name: 'access_expires_at', type: 'timestamptz' }) accessExpiresAt!: Date;
  @Column({ name: 'sealed_refresh', type: 'text' }) sealedRefresh!: string;
  @Column({ name: 'refresh_expires_at', type: 'timestamptz' }) refreshExpiresAt!: Date;
  @Column({ name: 'linked_at', type: 'timestamptz' }) linkedAt!: Date;
  @Column({ name: 'refreshed_at', type: 'timestamptz' }) refreshedAt!: Date;
  /** How often; tells which pair of tokens a row has. */
  @Column({ type: 'integer' }) refreshes!: number;
  @Column({ name: 'broken_at', type: 'timestamptz', nullable: true }) brokenAt!: Date | null;
  /** GitHub's error code. */
  @Column({ name: 'broken_reason', type: 'text', nullable: true }) brokenReason!: string | null;
}
