import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from '../identity.js';

/** A group of an identity provider gives a role. */
@Entity('role_grants')
export class RoleGrantEntity {
  @PrimaryColumn({ name: 'group_name', type: 'text' }) groupName!: string;
  @PrimaryColumn({ type: 'text' }) role!: Role;
  @Column({ name: 'granted_by', type: 'text' }) grantedBy!: string;
  @Column({ name: 'granted_at', type: 'timestamptz' }) grantedAt!: Date;
}
