import { elasticMapping } from './elastic-mapping.js';

/** deploy/siem/elastic/index-template.json: for a data stream whose documents have the event under `holdshort`. */
export const elasticTemplate = (): object => ({
  index_patterns: ['logs-holdshort.audit-*'],
  priority: 300,
  data_stream: {},
  template: {
    settings: { index: { codec: 'best_compression', mapping: { total_fields: { limit: 2000 } } } },
    mappings: {
      // fields that are newer than this template are kept in the document, and not searched
      dynamic: false,
      properties: {
        '@timestamp': { type: 'date' },
        message: { type: 'match_only_text' },
        event: {
          properties: {
            action: { type: 'keyword' },
            code: { type: 'keyword' },
            dataset: { type: 'keyword' },
            hash: { type: 'keyword' },
            id: { type: 'keyword' },
            kind: { type: 'keyword' },
            module: { type: 'keyword' },
            original: { type: 'keyword', index: false, doc_values: false },
            outcome: { type: 'keyword' },
            sequence: { type: 'long' },
          },
        },
        user: { properties: { id: { type: 'keyword' }, name: { type: 'keyword' }, email: { type: 'keyword' } } },
        host: { properties: { name: { type: 'keyword' } } },
        error: { properties: { code: { type: 'keyword' }, message: { type: 'match_only_text' } } },
        url: { properties: { domain: { type: 'keyword' }, path: { type: 'keyword', ignore_above: 8191 } } },
        http: {
          properties: {
            request: { properties: { method: { type: 'keyword' } } },
            response: { properties: { status_code: { type: 'long' } } },
          },
        },
        user_agent: { properties: { original: { type: 'keyword' } } },
        trace: { properties: { id: { type: 'keyword' } } },
        holdshort: { dynamic: false, properties: elasticMapping() },
      },
    },
  },
});
