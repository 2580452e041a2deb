import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

export class LegalHoldBody {
  @ApiProperty() @IsString() @IsNotEmpty() @MaxLength(100) session_id!: string;
  @ApiProperty({ description: 'Why, e.g. the number of a case; kept in the audit trail.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  reason!: string;
}
