import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

export class CommitParam {
  @ApiProperty({ description: 'The full id of a commit: 40 or 64 hexadecimal digits.' })
  @Matches(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
  sha!: string;
}
