import { text } from '../schema/field.js';
import { ALICE, defineEvents } from './entry.js';

const single = ['single'] as const;
const detail = {
  evidence: text('Id of the evidence; stands at GitHub as well.'),
  kind: text('check_run, status or comment.'),
  event_id: text('The outcome on the trail that it tells of.'),
};
const example = {
  session_id: 'ses_77ab',
  human: ALICE,
  ai: { tool: 'copilot' },
  target: { host: 'github.com', repo: 'acme/app', ref: 'refs/heads/fix-42' },
} as const;
const EVENT_ID = '019c1338-7a5c-7e11-9c4b-2f6b1d3a7e50';

export const EVIDENCE_EVENTS = defineEvents({
  'evidence.written': {
    code: 'HS-5201',
    title: 'Evidence written to GitHub',
    when: 'A check run or status stands at a commit, or a comment at a pull request, which says by whose session it came.',
    emitter: 'control-plane',
    phases: single,
    level: 'info',
    ocsf: { class: 'entity_management', activity: 'create', entity: 'evidence', named: 'detail.evidence' },
    required: ['session_id', 'human', 'target', 'outcome'],
    optional: ['ai'],
    detail: {
      ...detail,
      commit: text('The commit that is meant; empty for a comment.'),
      url: text('Where it stands at GitHub.'),
    },
    example: {
      ...example,
      outcome: 'success',
      detail: {
        ...{ evidence: 'evd_31c8', kind: 'check_run', event_id: EVENT_ID },
        commit: 'c0ffee0c0ffee0c0ffee0c0ffee0c0ffee0c0ffe',
        url: 'https://github.com/acme/app/runs/4',
      },
    },
  },
  'evidence.failed': {
    code: 'HS-5202',
    title: 'Evidence not written to GitHub',
    when: 'Evidence was given up: a permission is missing, what it is about is gone, or GitHub took it on no try of a day.',
    emitter: 'control-plane',
    phases: single,
    level: 'warning',
    ocsf: { class: 'entity_management', activity: 'create', entity: 'evidence', named: 'detail.evidence' },
    required: ['session_id', 'human', 'target', 'outcome', 'error'],
    optional: ['ai'],
    detail,
    example: {
      ...example,
      outcome: 'failed',
      error: {
        code: 'lease_unavailable',
        message: 'The GitHub App may neither write checks nor statuses on acme/app.',
      },
      detail: { evidence: 'evd_31c9', kind: 'check_run', event_id: EVENT_ID },
    },
  },
});
