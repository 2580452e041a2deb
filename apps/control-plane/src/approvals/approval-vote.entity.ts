import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One person's answer to one hold; the key allows one answer each. */
@Entity('approval_votes')
export class ApprovalVoteEntity {
  @PrimaryColumn({ name: 'approval_id', type: 'text' }) approvalId!: string;
  @PrimaryColumn({ name: 'voter_idp', type: 'text' }) voterIdp!: string;
  @PrimaryColumn({ name: 'voter_sub', type: 'text' }) voterSub!: string;
  @Column({ type: 'text' }) login!: string;
  /** The voter's groups at that time: which gates the vote counts for. */
  @Column({ type: 'text', array: true }) groups!: string[];
  @Column({ type: 'text' }) effect!: 'approve' | 'reject';
  @Column({ type: 'text' }) reason!: string;
  @Column({ type: 'timestamptz' }) at!: Date;
}
