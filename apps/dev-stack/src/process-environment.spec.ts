import { publicEnvironment } from './process-environment.js';

describe('the environment that the ready file shows', () => {
  it('has what a process needs to start again, and no secret', () => {
    const shown = publicEnvironment({
      PATH: '/bin',
      HOME: '/home/alice',
      HOLDSHORT_DATABASE_URL: 'postgresql://holdshort:secret@127.0.0.1/holdshort',
      HOLDSHORT_AUDIT_DATABASE_URL: 'postgresql://holdshort:secret@127.0.0.1/holdshort',
      HOLDSHORT_AGENT_CA_KEY_FILE: '/state/agent-ca.key',
    });
    expect(shown).toEqual({ HOLDSHORT_AGENT_CA_KEY_FILE: '/state/agent-ca.key' });
  });
});
