import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';

export class LoginQuery {
  @ApiPropertyOptional({ description: 'Name of the identity provider, where there are several.' })
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{0,30}$/)
  issuer?: string;

  @ApiPropertyOptional({ description: 'Path on this server to go to afterwards; another place becomes /account.' })
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  return_to?: string;
}

export class BrowserLogoutBody {
  @ApiPropertyOptional({ description: 'The token of the page, where it is not in the header X-Holdshort-CSRF.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  csrf?: string;
}

export class BackchannelLogoutBody {
  @ApiProperty({ description: 'A logout token of an identity provider that people sign in with.' })
  @IsString()
  @MaxLength(16_000)
  logout_token!: string;
}
