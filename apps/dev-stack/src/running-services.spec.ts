import { RunningServices } from './running-services.js';

const service = (name: string, log: string[], fails = false) => ({
  name,
  stop: (): Promise<void> => {
    log.push(name);
    return fails ? Promise.reject(new Error(`${name} failed`)) : Promise.resolve();
  },
});

describe('stopping what was started', () => {
  it('goes the other way round, once', async () => {
    const log: string[] = [];
    const services = new RunningServices();
    for (const name of ['database', 'control-plane', 'agent']) services.add(service(name, log));
    await Promise.all([services.stop(), services.stop()]);
    expect(log).toEqual(['agent', 'control-plane', 'database']);
  });

  it('goes on past one that fails, and says so in the end', async () => {
    const log: string[] = [];
    const services = new RunningServices();
    services.add(service('database', log));
    services.add(service('agent', log, true));
    await expect(services.stop()).rejects.toThrow('not everything could be stopped');
    expect(log).toEqual(['agent', 'database']);
  });

  it('forces everything where one does not stop in time', async () => {
    const forced: string[] = [];
    const services = new RunningServices();
    services.add({ name: 'database', stop: () => Promise.resolve(), force: () => void forced.push('database') });
    services.add({ name: 'stuck', stop: () => new Promise(() => undefined), force: () => void forced.push('stuck') });
    const started = Date.now();
    // A pending timer keeps this process alive while the stuck one keeps nothing.
    const alive = setInterval(() => undefined, 1000);
    await services.stop();
    clearInterval(alive);
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(forced).toEqual(['database', 'stuck']);
  });
});
