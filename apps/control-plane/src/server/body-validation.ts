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
    const { metatype } = metadata;
    // tsc emits Function for a class that is imported as a type only, as the Observable of a stream is
    return typeof metatype === 'function' && metatype !== Function && super.toValidate(metadata);
  }
}
