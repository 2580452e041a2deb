import { loadSettings } from '@holdshort/config';
import { SETTINGS } from './settings.js';
import { startStandin } from './standin.js';

const standin = await startStandin(loadSettings(SETTINGS));
const { url, control, ca, appId, appKeyFile } = standin;
process.stdout.write(`${JSON.stringify({ msg: 'ready', url, control, ca, appId, appKeyFile })}\n`);

const shutDown = (): void => {
  void standin.close().then(() => process.exit(0));
};
process.once('SIGTERM', shutDown);
process.once('SIGINT', shutDown);
