import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsISO8601, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

export class AuditSearchQuery {
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(100) session_id?: string;
  @ApiPropertyOptional({ example: 'acme/app' }) @IsOptional() @IsString() @MaxLength(300) repo?: string;
  @ApiPropertyOptional({ example: 'refs/heads/main' }) @IsOptional() @IsString() @MaxLength(1000) ref?: string;
  @ApiPropertyOptional({ enum: ['allow', 'deny', 'hold'] })
  @IsOptional()
  @IsIn(['allow', 'deny', 'hold'])
  decision?: string;
  @ApiPropertyOptional({ example: 'call.write' }) @IsOptional() @IsString() @MaxLength(100) type?: string;
  @ApiPropertyOptional({ description: 'Login of the engineer.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  human?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(100) correlation_id?: string;
  @ApiPropertyOptional({ format: 'date-time' }) @IsOptional() @IsISO8601({ strict: true }) since?: string;
  @ApiPropertyOptional({ description: '`next` of the page before.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  after?: string;
  @ApiPropertyOptional({ enum: ['asc', 'desc'], default: 'asc' }) @IsOptional() @IsIn(['asc', 'desc']) order:
    'asc' | 'desc' = 'asc';

  @ApiPropertyOptional({ minimum: 1, maximum: 1000, default: 100 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  limit = 100;
}
