import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsInt, Matches, Max, Min, IsOptional } from 'class-validator';
import { API_SCOPES } from '../../access/api-scopes.js';

export class CreateTokenBody {
  @ApiProperty({ description: 'What it is for, so that it can be told from others.', example: 'nightly report' })
  @Matches(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,79}$/u, { message: 'name must be 1 to 80 letters, digits, spaces or ._-' })
  name!: string;

  @ApiProperty({ isArray: true, enum: API_SCOPES, description: 'What it may do, of what its person may.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @IsIn(API_SCOPES, { each: true })
  scopes!: string[];

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 366, default: 30, description: 'Life in days.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(366)
  days = 30;
}
