import { Controller, Get, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Caller } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import { correlationOf } from '../problem/correlation.js';
import { FILTERS, type FilterName } from './audit-query.js';
import { AuditSearchQuery, TrailQuery } from './audit-search.dto.js';
import { AuditSearchService } from './audit-search.service.js';

@ApiTags('audit')
@Controller('api/v1/audit')
export class AuditSearchController {
  constructor(private readonly searches: AuditSearchService) {}

  @Get('events')
  search(@Caller() caller: Identity, @Query() query: AuditSearchQuery, @Req() request: Request) {
    const { since, until, after, order, limit, purpose } = query;
    const search = {
      filters: filtersOf(query),
      since: since === undefined ? undefined : new Date(since),
      until: until === undefined ? undefined : new Date(until),
      after,
      order,
      limit,
    };
    return this.searches.search(caller, search, { purpose, correlationId: correlationOf(request) });
  }

  @Get('trail')
  trail(@Caller() caller: Identity, @Query() { since, after, limit }: TrailQuery, @Req() request: Request) {
    const query = { since: since === undefined ? undefined : new Date(since), after, limit };
    return this.searches.trail(caller, query, correlationOf(request));
  }
}

function filtersOf(query: AuditSearchQuery): Partial<Record<FilterName, string>> {
  const names = Object.keys(FILTERS) as FilterName[];
  return Object.fromEntries(names.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])));
}
