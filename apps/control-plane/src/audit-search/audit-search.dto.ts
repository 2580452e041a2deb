import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsISO8601, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { EVENT_TYPE } from './audit-query.js';

export class TrailQuery {
  @ApiPropertyOptional({ format: 'date-time' }) @IsOptional() @IsISO8601({ strict: true }) since?: string;
  @ApiPropertyOptional({ type: 'string', description: '`next` of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  after?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 1000, default: 500 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  limit = 500;
}

export class AuditSearchQuery {
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(100) session_id?: string;
  @ApiPropertyOptional({ example: 'acme/app' }) @IsOptional() @IsString() @MaxLength(300) repo?: string;
  @ApiPropertyOptional({ example: 'refs/heads/main' }) @IsOptional() @IsString() @MaxLength(1000) ref?: string;
  @ApiPropertyOptional({ enum: ['allow', 'deny', 'hold'] })
  @IsOptional()
  @IsIn(['allow', 'deny', 'hold'])
  decision?: string;
  @ApiPropertyOptional({ example: 'call.write' })
  @IsOptional()
  @MaxLength(100)
  @Matches(EVENT_TYPE, { message: 'type is written as in `call.write`' })
  type?: string;
  @ApiPropertyOptional({ description: 'Login of the engineer.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  human?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(100) correlation_id?: string;
  @ApiPropertyOptional({ example: 'copilot' }) @IsOptional() @IsString() @MaxLength(100) assistant?: string;
  @ApiPropertyOptional({ description: 'Full id of a commit that the event names.' })
  @IsOptional()
  @Matches(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
  commit?: string;
  @ApiPropertyOptional({ description: 'A changed path, from the root of the repository.' })
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  path?: string;
  @ApiPropertyOptional({ description: 'Id of a policy that determined the decision.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  policy?: string;
  @ApiPropertyOptional({
    description: 'Occurs in the event, in any case; only within a week or together with a filter.',
  })
  @IsOptional()
  @IsString()
  @MinLength(3)
  @MaxLength(200)
  text?: string;
  @ApiPropertyOptional({ format: 'date-time', description: 'Before this time.' })
  @IsOptional()
  @IsISO8601({ strict: true })
  until?: string;
  @ApiPropertyOptional({ format: 'date-time' }) @IsOptional() @IsISO8601({ strict: true }) since?: string;
  @ApiPropertyOptional({ type: 'string', description: '`next` of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  after?: string;
  @ApiPropertyOptional({ enum: ['asc', 'desc'], default: 'asc' }) @IsOptional() @IsIn(['asc', 'desc']) order:
    'asc' | 'desc' = 'asc';

  @ApiPropertyOptional({ enum: ['search', 'export'], default: 'search', description: 'How the read is recorded.' })
  @IsOptional()
  @IsIn(['search', 'export'])
  purpose: 'search' | 'export' = 'search';

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 1000, default: 100 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  limit = 100;
}
