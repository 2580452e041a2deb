import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import type { KillScope } from './kill-switch.entity.js';

export class StopReasonBody {
  @ApiProperty({ description: 'Why; shown to the engineer and the assistant, kept in the audit trail.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  reason!: string;
}

export class KillBody extends StopReasonBody {
  @ApiProperty({ enum: ['session', 'workspace', 'engineer', 'all'] })
  @IsIn(['session', 'workspace', 'engineer', 'all'])
  scope!: KillScope;

  @ApiPropertyOptional({ description: 'Session id, name of the workspace or login; left out for `all`.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  target?: string;
}

export class KillListQuery {
  @ApiPropertyOptional({ enum: ['engaged', 'all'], default: 'engaged' })
  @IsOptional()
  @IsIn(['engaged', 'all'])
  state: 'engaged' | 'all' = 'engaged';
}
