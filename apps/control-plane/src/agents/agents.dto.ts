import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

export class CreateJoinTokenBody {
  @ApiProperty({ description: 'Name of the workspace that the agent will serve.', example: 'alice-laptop' })
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, {
    message: 'workspace must be 1 to 100 letters, digits, dots, dashes or underscores',
  })
  workspace!: string;
}
