import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { JOIN_METHODS, type JoinMethodName } from './join-method.js';

export class JoinBody {
  @ApiProperty({ enum: JOIN_METHODS })
  @IsIn(JOIN_METHODS)
  method!: JoinMethodName;

  @ApiPropertyOptional({ description: 'For oidc and kubernetes: the token.' })
  @IsOptional()
  @IsString()
  @MaxLength(16_384)
  token?: string;

  @ApiPropertyOptional({ description: 'For aws-iam: the STS host that the question is signed for.' })
  @IsOptional()
  @IsString()
  @MaxLength(253)
  host?: string;

  @ApiPropertyOptional({ description: 'For aws-iam: the headers of the signed GetCallerIdentity request.' })
  @IsOptional()
  @IsObject()
  headers?: Record<string, unknown>;
}
