import { Module } from '@nestjs/common';
import { OpenapiDocument } from './openapi-document.js';
import { OpenapiController } from './openapi.controller.js';

@Module({ controllers: [OpenapiController], providers: [OpenapiDocument], exports: [OpenapiDocument] })
export class OpenapiModule {}
