import { defineSettings } from '@holdshort/config';

export const SETTINGS = defineSettings({
  port: {
    env: 'HOLDSHORT_STANDIN_PORT',
    kind: 'integer',
    default: '7410',
    reason: 'HTTPS port of all GitHub hosts; 0 takes a free one.',
  },
  controlPort: {
    env: 'HOLDSHORT_STANDIN_CONTROL_PORT',
    kind: 'integer',
    default: '0',
    reason: 'Plain HTTP port of the test control; free by default, the ready line names it.',
  },
  stateDir: {
    env: 'HOLDSHORT_STANDIN_STATE_DIR',
    kind: 'path',
    default: '.holdshort/github-standin',
    reason: 'Repositories, CA and App key; the repositories in it are made anew at each start.',
  },
  enterpriseHost: {
    env: 'HOLDSHORT_STANDIN_ENTERPRISE_HOST',
    kind: 'text',
    default: '',
    reason: 'Play a GitHub Enterprise Server of that name; empty: all hosts of github.com.',
  },
});
