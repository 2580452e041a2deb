import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsOptional, Matches } from 'class-validator';

export class ReplayBody {
  @ApiPropertyOptional({ description: 'Which ones; left out, all that were never stored.' })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(1000)
  @Matches(/^[0-9]{1,18}$/, { each: true })
  ids?: string[];
}
