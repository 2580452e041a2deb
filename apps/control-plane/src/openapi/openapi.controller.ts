import { Controller, Get, Inject } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { OpenapiDocument } from './openapi-document.js';

@ApiExcludeController()
@Controller('api/v1/openapi.json')
export class OpenapiController {
  constructor(@Inject(OpenapiDocument) private readonly document: OpenapiDocument) {}

  @Get()
  show(): object {
    return this.document.value;
  }
}
