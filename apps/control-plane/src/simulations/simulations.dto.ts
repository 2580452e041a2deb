import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';

export class SimulateBody {
  @ApiProperty({ description: 'A stored version.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  version!: string;

  @ApiPropertyOptional({ description: 'ISO 8601; a week ago by default.' })
  @IsOptional()
  @IsISO8601()
  from?: string;

  @ApiPropertyOptional({ description: 'ISO 8601; now by default.' })
  @IsOptional()
  @IsISO8601()
  to?: string;
}
