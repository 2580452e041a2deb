import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { STARTERS, type StarterName } from '@holdshort/policy';

/** Room for about 30,000 policies. */
const TEXT_LIMIT = 4_000_000;

/** Names of what the starter set was written for. */
export interface StarterOriginBody {
  name: StarterName;
  version: string;
  names: Record<string, string>;
}

export class SavePolicyBody {
  @ApiProperty()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  name!: string;

  @ApiProperty({ description: 'Access policies, as Cedar text.' })
  @IsString()
  @MaxLength(TEXT_LIMIT)
  access!: string;

  @ApiProperty({ description: 'Obligations, as Cedar text.' })
  @IsString()
  @MaxLength(TEXT_LIMIT)
  obligations!: string;

  @ApiPropertyOptional({ description: 'IANA time zone of `context.local`.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  zone?: string;

  @ApiPropertyOptional({ description: 'Repository sets that are only observed; `*` for everywhere.', type: [String] })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  observe?: string[];

  @ApiPropertyOptional({ description: 'Repository sets of this policy: set to list of owner/name.', type: Object })
  @IsOptional()
  @IsObject()
  repository_sets?: Record<string, string[]>;

  @ApiPropertyOptional({ description: 'What the set must answer; see docs/policy.md.', type: [Object] })
  @IsOptional()
  @IsArray()
  cases?: object[];

  @ApiPropertyOptional({ description: 'Why, for whoever reviews it.' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  note?: string;

  @ApiPropertyOptional({ description: 'The starter set that it was made from.', enum: Object.keys(STARTERS) })
  @IsOptional()
  @IsIn(Object.keys(STARTERS))
  starter?: StarterName;

  @ApiPropertyOptional({ description: 'Version of that starter set when it was taken.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  starter_version?: string;

  @ApiPropertyOptional({
    description: 'Names that it was written for: organisation, engineers, security.',
    type: Object,
  })
  @IsOptional()
  @IsObject()
  starter_names?: Record<string, string>;
}

export class StarterQuery {
  @ApiPropertyOptional({ description: 'Organisation at GitHub that it is written for.' })
  @IsOptional()
  @IsString()
  @Matches(/^[A-Za-z0-9-]{1,39}$/)
  organisation?: string;

  @ApiPropertyOptional({ description: 'Group whose members work with assistants.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  engineers?: string;

  @ApiPropertyOptional({ description: 'Group whose members approve what is grave.' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  security?: string;
}

export class ReasonBody {
  @ApiProperty({ description: 'Why; kept in the audit trail.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  reason!: string;
}

export class ActivationBody extends ReasonBody {
  @ApiPropertyOptional({
    description: 'Revoke credentials of the policy before now, calls under way included, instead of within 25 s.',
  })
  @IsOptional()
  @IsBoolean()
  at_once?: boolean;
}

export class ReviewBody {
  @ApiProperty()
  @IsBoolean()
  approve!: boolean;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  note?: string;
}

export class DiffQuery {
  @ApiPropertyOptional({ description: 'Version to compare with; the active one by default.' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  against?: string;
}

export class BreakGlassBody {
  @ApiProperty()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  session_id!: string;

  @ApiProperty({ description: 'Why; kept in the audit trail.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(1000)
  reason!: string;

  @ApiProperty({ minimum: 1, maximum: 240 })
  @IsInt()
  @Min(1)
  @Max(240)
  minutes!: number;
}
