import { Injectable, type INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** The description of the HTTP API; made once, when all routes are known. */
@Injectable()
export class OpenapiDocument {
  value: object = {};

  describe(app: INestApplication): void {
    const config = new DocumentBuilder()
      .setTitle('Holdshort')
      .setDescription('The control plane of Holdshort, for people and the CLI. Errors are application/problem+json.')
      .setVersion('1')
      .addBearerAuth({ type: 'http', description: 'A token of `POST /api/v1/auth/device/token`.' })
      .addSecurityRequirements('bearer')
      .build();
    this.value = SwaggerModule.createDocument(app, config);
  }
}
