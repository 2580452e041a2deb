import { loadDevStackSettings, PORT_NAMES } from './settings.js';

describe('ports of the embedded stack', () => {
  it('are the fixed ones, moved together by --port-base, and singly by their variable', () => {
    expect(loadDevStackSettings({}, { ephemeral: false })).toMatchObject({
      httpPort: 7400,
      agentAdminPort: 7404,
      standinPort: 7410,
      idpPort: 7420,
    });
    const moved = loadDevStackSettings({ HOLDSHORT_IDP_PORT: '9' }, { ephemeral: false, portBase: 8400 });
    expect(moved).toMatchObject({ httpPort: 8400, standinPort: 8410, idpPort: 9 });
  });

  it('are all free ones for an ephemeral stack, whatever the environment says', () => {
    const settings = loadDevStackSettings({ HOLDSHORT_HTTP_PORT: '7400' }, { ephemeral: true });
    expect(PORT_NAMES.length).toBe(12);
    expect(PORT_NAMES.map((name) => settings[name])).toEqual(PORT_NAMES.map(() => 0));
  });
});
