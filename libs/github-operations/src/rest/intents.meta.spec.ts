import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { CATEGORY_INTENTS, OPERATION_INTENTS } from './intents.js';
import { actionsOf, classOf, DOCUMENTED_OPERATIONS, REST_OPERATIONS } from './rest-operation.js';

const require = createRequire(import.meta.url);

interface Document {
  paths: Record<string, Record<string, { operationId: string }>>;
}

/** The pinned document itself, not the table that was made of it. */
function documented(name: string): string[] {
  const file = require.resolve('@octokit/openapi/package.json').replace('package.json', `generated/${name}.json`);
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as Document;
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, { operationId }]) => operationId)
      .map(([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`),
  );
}

describe('the reviewed REST intents', () => {
  it('stand for every operation of the pinned document: run tools/generate-operations.mjs after an update', () => {
    const table = DOCUMENTED_OPERATIONS.map(
      ({ method, template, id }) => `${method} ${template.replaceAll('{+', '{')} ${id}`,
    );
    expect(table.sort()).toEqual(documented('api.github.com').sort());
    expect(table).toHaveLength(1223);
  });

  it.each(['ghec', 'ghes-3.19'])('stand for every operation of %s as well', (name) => {
    const shape = (text: string): string =>
      text
        .replace(/\{[^}]*\}/g, '{}')
        .split(' ')
        .slice(0, 2)
        .join(' ');
    const known = new Set(REST_OPERATIONS.map(({ method, template }) => shape(`${method} ${template}`)));
    const operations = documented(name);
    expect(operations.length).toBeGreaterThan(1000);
    expect(operations.filter((operation) => !known.has(shape(operation)))).toEqual([]);
  });

  it('resolve each operation to at least one action', () => {
    expect(REST_OPERATIONS.filter((operation) => !actionsOf(operation)).map(({ id }) => id)).toEqual([]);
  });

  it('never call a change a read, apart from the calls that change nothing', () => {
    const harmless = [
      'markdown/render',
      'markdown/render-raw',
      'orgs/list-attestations-bulk',
      'users/list-attestations-bulk',
      'repos/generate-release-notes',
    ];
    const reads = REST_OPERATIONS.filter(
      (operation) => operation.method !== 'GET' && classOf(actionsOf(operation) ?? []) === 'read',
    );
    expect(reads.map(({ id }) => id).sort()).toEqual(harmless.sort());
  });

  it('never call a GET a write', () => {
    const writes = REST_OPERATIONS.filter(
      (operation) =>
        operation.method === 'GET' && !['read', 'admin', 'secretful'].includes(classOf(actionsOf(operation) ?? [])),
    );
    expect(writes.map(({ id }) => id)).toEqual(['copilot-internal/token']);
  });

  it('hold no entry that nothing uses', () => {
    const ids = new Set(REST_OPERATIONS.map(({ id }) => id));
    expect(Object.keys(OPERATION_INTENTS).filter((id) => !ids.has(id))).toEqual([]);
    const used = new Set(
      REST_OPERATIONS.map(({ category, method }) => `${category} ${method === 'GET' ? 'read' : 'write'}`),
    );
    const stale = Object.entries(CATEGORY_INTENTS).flatMap(([category, [read, write]]) => [
      ...(read !== '-' && !used.has(`${category} read`) ? [`${category} read`] : []),
      ...(write !== '-' && !used.has(`${category} write`) ? [`${category} write`] : []),
    ]);
    expect(stale).toEqual([]);
  });
});
