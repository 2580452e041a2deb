import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';

export class LinkPlace {
  @ApiPropertyOptional({ description: 'Host of the GitHub, where there are several.', example: 'github.com' })
  @IsOptional()
  @Matches(/^[A-Za-z0-9.-]{1,253}$/)
  host?: string;

  @ApiPropertyOptional({ description: 'Id of the GitHub App as the settings have it, where there are several.' })
  @IsOptional()
  @Matches(/^[A-Za-z0-9._-]{1,100}$/)
  app?: string;
}

export class FinishLinkBody {
  @ApiProperty({ description: 'As `POST /github/links/device` gave it.' })
  @Matches(/^hsg_[0-9A-Za-z]{40}$/)
  handle!: string;
}
