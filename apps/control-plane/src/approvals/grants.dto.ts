import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { INTENTS } from '@holdshort/github-operations';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
} from 'class-validator';

export class GrantBody {
  @ApiPropertyOptional({ description: 'The session that it is for; else `engineer` is given.' })
  @IsOptional()
  @Matches(/^ses_[0-9A-Za-z]{1,40}$/)
  session_id?: string;

  @ApiPropertyOptional({ description: 'Login of the engineer whose sessions it is for.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  engineer?: string;

  @ApiProperty({ example: ['ref.update'], description: 'Intents that it covers; see the reference of operations.' })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(20)
  @IsIn(Object.keys(INTENTS), { each: true })
  actions!: string[];

  @ApiProperty({ example: 'acme/app' })
  @Matches(/^(?:[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}\/)?[A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100}$/, {
    message: 'repo must be owner/name',
  })
  repo!: string;

  @ApiPropertyOptional({
    example: 'refs/heads/release/*',
    description: 'Needed for intents on refs; `**` crosses slashes.',
  })
  @IsOptional()
  @Matches(/^refs\/[\x21-\x7e]{1,240}$/, { message: 'ref must be a full name or pattern: refs/heads/release/*' })
  ref?: string;

  @ApiProperty({ example: ['workflow-change'], description: 'Gates that it opens; all others stay shut.' })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  gates!: string[];

  @ApiProperty({ description: 'How long it lasts.', example: 7200 })
  @IsInt()
  @Min(60)
  seconds!: number;

  @ApiProperty({ description: 'Why; kept in the audit trail.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  reason!: string;
}

export class GrantListQuery {
  @ApiPropertyOptional({ enum: ['live', 'all'], default: 'live' })
  @IsOptional()
  @IsIn(['live', 'all'])
  state: 'live' | 'all' = 'live';
}
