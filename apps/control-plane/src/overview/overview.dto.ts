import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601, IsOptional } from 'class-validator';

export class OverviewQuery {
  @ApiPropertyOptional({
    format: 'date-time',
    description: 'From this time on, at most 7 days ago; 24 hours ago by default.',
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  since?: string;
}
