import { ApiProperty } from '@nestjs/swagger';
import { ArrayUnique, IsArray, IsIn } from 'class-validator';
import { ROLES, type Role } from '../identity.js';

export class SetRolesBody {
  @ApiProperty({ isArray: true, enum: ROLES, description: 'Exactly the roles of the group; an empty list takes all.' })
  @IsArray()
  @ArrayUnique()
  @IsIn(ROLES, { each: true })
  roles!: Role[];
}
