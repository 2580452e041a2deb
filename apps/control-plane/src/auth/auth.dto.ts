import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

export class FinishDeviceLoginBody {
  @ApiProperty({ description: 'As `POST /auth/device` gave it.' })
  @Matches(/^hsd_[0-9A-Za-z]{40}$/)
  handle!: string;
}
