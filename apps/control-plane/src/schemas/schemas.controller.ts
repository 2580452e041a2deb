import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { eventSchemas } from '@holdshort/audit-events';
import { HoldshortError } from '@holdshort/errors';

const SCHEMAS: Readonly<Record<string, object>> = eventSchemas();
const INDEX = { schemas: Object.keys(SCHEMAS).map((name) => `/schemas/events/v1/${name}.json`) };

/** The published schemas of events: the same as in docs/schemas, of the version that runs. */
@ApiExcludeController()
@Controller('schemas')
export class SchemasController {
  @Get()
  index(): object {
    return INDEX;
  }

  /** @throws HoldshortError `not_found` */
  @Get('events/v1/:file')
  @Header('Content-Type', 'application/schema+json; charset=utf-8')
  show(@Param('file') file: string): object {
    const name = file.replace(/\.json$/, '');
    const schema = Object.hasOwn(SCHEMAS, name) ? SCHEMAS[name] : undefined;
    if (!schema) throw new HoldshortError('not_found', 'There is no such schema; /schemas lists them.');
    return schema;
  }
}
