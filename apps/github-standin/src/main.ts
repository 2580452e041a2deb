import { loadSettings } from '@holdshort/config';
import { SETTINGS } from './settings.js';
import { startStandin } from './standin.js';

const standin = await startStandin(loadSettings(SETTINGS));
const { url, control, ca, appId, appKeyFile, clientId, clientSecretFile } = standin;
const ready = { msg: 'ready', url, control, ca, appId, appKeyFile, clientId, clientSecretFile };
process.stdout.write(`${JSON.stringify(ready)}\n`);

const shutDown = (): void => {
  void standin.close().then(() => process.exit(0));
};
process.once('SIGTERM', shutDown);
process.once('SIGINT', shutDown);
