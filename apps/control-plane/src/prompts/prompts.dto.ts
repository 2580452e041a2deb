import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../page.dto.js';

export class PromptsQuery extends PageQuery {
  @ApiProperty({ description: 'The session whose prompts are asked for.' })
  @IsString()
  @MaxLength(100)
  session_id!: string;
  @ApiPropertyOptional({ description: 'The digest of one text, as events name it.' })
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/)
  sha256?: string;
}
