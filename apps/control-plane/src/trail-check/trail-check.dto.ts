import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601, IsOptional } from 'class-validator';

export class VerifyQuery {
  @ApiPropertyOptional({ format: 'date-time', description: 'From this time on; 24 hours ago by default.' })
  @IsOptional()
  @IsISO8601({ strict: true })
  since?: string;
}
