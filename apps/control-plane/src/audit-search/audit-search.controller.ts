import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Caller } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import { FILTER_COLUMNS, type FilterName } from './audit-query.js';
import { AuditSearchQuery } from './audit-search.dto.js';
import { AuditSearchService } from './audit-search.service.js';

@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditSearchController {
  constructor(private readonly searches: AuditSearchService) {}

  @Get('events')
  search(@Caller() caller: Identity, @Query() query: AuditSearchQuery) {
    const { since, after, order, limit } = query;
    return this.searches.search(caller, {
      filters: filtersOf(query),
      since: since === undefined ? undefined : new Date(since),
      after,
      order,
      limit,
    });
  }
}

function filtersOf(query: AuditSearchQuery): Partial<Record<FilterName, string>> {
  const names = Object.keys(FILTER_COLUMNS) as FilterName[];
  return Object.fromEntries(names.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])));
}
