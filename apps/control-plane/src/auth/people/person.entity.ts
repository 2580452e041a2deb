import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person as the identity provider last vouched for them. */
@Entity('people')
export class PersonEntity {
  @PrimaryColumn({ type: 'text' }) idp!: string;
  @PrimaryColumn({ type: 'text' }) sub!: string;
  @Column({ type: 'text' }) login!: string;
  @Column({ type: 'text' }) email!: string;
  @Column({ type: 'text', array: true }) groups!: string[];
  /** With it the provider is asked again whether the person is still there; null where it gave none. */
  @Column({ name: 'sealed_refresh_token', type: 'text', nullable: true }) sealedRefreshToken!: string | null;
  /** When somebody last began to ask the provider. */
  @Column({ name: 'checked_at', type: 'timestamptz' }) checkedAt!: Date;
  /** After this the provider's last word is too old. Null for people of a version that kept none. */
  @Column({ name: 'good_until', type: 'timestamptz', nullable: true }) goodUntil!: Date | null;
  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true }) endedAt!: Date | null;
  @Column({ name: 'end_reason', type: 'text', nullable: true }) endReason!: string | null;
}
