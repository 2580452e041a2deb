import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '../page.dto.js';

export class ApproveBody {
  @ApiPropertyOptional({ description: 'Why; kept in the audit trail.' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  reason?: string;
}

export class RejectBody {
  @ApiProperty({ description: 'Why; shown to the engineer and the assistant.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  reason!: string;
}

export class ApprovalListQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['pending', 'all'], default: 'pending' })
  @IsOptional()
  @IsIn(['pending', 'all'])
  state: 'pending' | 'all' = 'pending';
}
