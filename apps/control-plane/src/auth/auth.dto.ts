import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';

export class StartDeviceLoginBody {
  @ApiPropertyOptional({ description: 'Name of the identity provider; the first one where it is absent.' })
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{0,30}$/)
  issuer?: string;
}

export class FinishDeviceLoginBody {
  @ApiProperty({ description: 'As `POST /auth/device` gave it.' })
  @Matches(/^hsd_[0-9A-Za-z]{40}$/)
  handle!: string;
}

export class OneTimePasswordBody {
  @ApiProperty({ description: 'As `break-glass.js` printed it.' })
  @Matches(/^hsb_[0-9A-Za-z]{40}$/)
  password!: string;
}
