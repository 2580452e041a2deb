import { Injectable } from '@nestjs/common';

/** Where people reach the control plane: the setting, or the address that it listens on. Without a slash at the end. */
@Injectable()
export class PublicUrl {
  value = '';
}
