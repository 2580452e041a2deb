import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../page.dto.js';

export class OpenSessionBody {
  @ApiPropertyOptional({
    description: 'Which assistant works; `unknown` where it is not said and `human` is not set.',
    example: 'copilot',
  })
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{0,39}$/, { message: 'assistant must be a short lower-case name such as copilot' })
  assistant?: string;

  @ApiPropertyOptional({ description: "A person's own keystrokes, no assistant." })
  @IsOptional()
  @IsBoolean()
  human?: boolean;

  @ApiPropertyOptional({ description: 'Only this agent may speak for the session.' })
  @IsOptional()
  @Matches(/^agt_[0-9A-Za-z]{1,40}$/)
  agent_id?: string;

  @ApiPropertyOptional({ description: "Name of the workspace; the agent's where one is given." })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  workspace?: string;

  @ApiPropertyOptional({ description: 'What is run, for people who look at the session.' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  command?: string;

  @ApiPropertyOptional({
    description: 'The ended session that this one rolls back; its owner or an administrator may.',
  })
  @IsOptional()
  @Matches(/^ses_[0-9A-Za-z]{1,40}$/)
  undoes?: string;
}

export class SessionListQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['live', 'all'], default: 'live' })
  @IsOptional()
  @IsIn(['live', 'all'])
  state: 'live' | 'all' = 'live';
}
