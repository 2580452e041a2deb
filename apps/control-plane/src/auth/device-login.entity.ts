import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A device flow under way. The device code is sealed with a key that only the handle's holder has. */
@Entity('device_logins')
export class DeviceLoginEntity {
  @PrimaryColumn({ name: 'handle_sha256', type: 'text' }) handleSha256!: string;
  @Column({ name: 'sealed_device_code', type: 'bytea' }) sealedDeviceCode!: Buffer;
  /** Name of the identity provider; empty for the first one. */
  @Column({ type: 'text' }) issuer!: string;
  @Column({ name: 'expires_at', type: 'timestamptz' }) expiresAt!: Date;
}
