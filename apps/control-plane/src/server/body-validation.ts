import { ValidationPipe, type ArgumentMetadata } from '@nestjs/common';

/**
 * Checks bodies and queries against their classes; what a class does not name is refused. Messages of RPCs pass: their
 * types are no classes, protobuf has given them their form.
 */
export class BodyValidation extends ValidationPipe {
  constructor() {
    super({ whitelist: true, forbidNonWhitelisted: true, transform: true });
  }

  protected override toValidate(metadata: ArgumentMetadata): boolean {
    return typeof metadata.metatype === 'function' && super.toValidate(metadata);
  }
}
