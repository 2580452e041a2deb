import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AGENT_FLAGS, AGENT_MALLOC } from '@holdshort/config';
import { parse } from 'yaml';

const deploy = fileURLToPath(new URL('../../../deploy/', import.meta.url));
const images = readdirSync(join(deploy, 'images')).filter((name) => name.endsWith('.Dockerfile'));

/** Instructions with their arguments, continuation lines joined, comments left out. */
const instructions = (text: string): [string, string][] =>
  text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): [string, string] => {
      const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
      return [word, rest];
    });

describe.each(images)('%s', (name) => {
  const lines = instructions(readFileSync(join(deploy, 'images', name), 'utf8'));
  const all = (word: string): string[] => lines.filter(([first]) => first === word).map(([, rest]) => rest);

  it('builds on pinned bases in several stages', () => {
    expect(all('FROM').length).toBeGreaterThan(1);
    for (const from of all('FROM')) expect(from).toMatch(/^[\w./-]+:\d+\.\d+\.\d+-[\w.-]+( AS \w+)?$/);
  });

  it('runs as an unprivileged account in the end, by number, so that orchestrators can check it', () => {
    const users = all('USER');
    expect(users.at(-1)).toMatch(/^[1-9]\d{3,}:[1-9]\d{3,}$/);
    const last = lines.map(([word]) => word).lastIndexOf('USER');
    expect(lines.slice(last).filter(([word]) => word === 'RUN' || word === 'COPY')).toEqual([]);
  });

  it('fetches nothing but locked packages, runs no install scripts, and bakes no secret in', () => {
    expect(all('ADD')).toEqual([]);
    expect(all('ARG')).toEqual([]);
    expect(all('RUN').join('\n')).not.toMatch(/curl|wget|npm install|npm i /);
    for (const run of all('RUN').filter((text) => text.includes('npm ci'))) expect(run).toContain('--ignore-scripts');
    expect(all('ENV').join('\n')).not.toMatch(/SECRET|TOKEN|PASSWORD|KEY/);
  });

  it('starts by an exec form, so that signals reach the process', () => {
    expect([...all('ENTRYPOINT'), ...all('CMD')].every((text) => text.startsWith('["node"'))).toBe(true);
  });
});

interface Service {
  image?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  networks?: string[];
  secrets?: string[];
}

describe('compose.yaml', () => {
  const text = readFileSync(join(deploy, 'compose', 'compose.yaml'), 'utf8');
  const { services, secrets } = parse(text, { merge: true }) as {
    services: Record<string, Service>;
    secrets: Record<string, unknown>;
  };
  const ours = ['audit-ingest', 'control-plane', 'agent'];

  it('has the whole system', () => {
    expect(Object.keys(services)).toEqual(['postgres', 'kafka', ...ours]);
  });

  it.each(ours)('hardens %s', (name) => {
    expect(services[name]).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
  });

  it('publishes on loopback only, and keeps the agent from database and broker', () => {
    expect(
      Object.values(services)
        .flatMap(({ ports = [] }) => ports)
        .filter((port) => !port.startsWith('127.0.0.1:')),
    ).toEqual([]);
    expect(services.agent?.networks).not.toContain('data');
  });

  it('has secrets in files: every one that is used is declared, and no value stands in the text', () => {
    const used = Object.values(services).flatMap((service) => service.secrets ?? []);
    expect([...new Set(used)].sort()).toEqual(Object.keys(secrets).sort());
    for (const { environment = {} } of Object.values(services)) {
      for (const [variable, value] of Object.entries(environment)) {
        if (/PASSWORD|DATABASE_URL/.test(variable)) expect(value).toContain('${POSTGRES_PASSWORD');
        if (/_(?:SECRET|KEY|TOKEN)_FILE$/.test(variable)) expect(value).toMatch(/^\/run\/secrets\//);
      }
    }
  });

  it('sets only variables that the processes know', () => {
    const known = ['control-plane', 'audit-ingest', 'agent'].map((app) => sourcesOf(app)).join('\n');
    const set = ours.flatMap((name) => Object.keys(services[name]?.environment ?? {}));
    expect(set.filter((variable) => !known.includes(`'${variable}'`))).toEqual([]);
  });
});

const sourcesOf = (app: string): string => {
  const folder = fileURLToPath(new URL(`../../${app}/src/`, import.meta.url));
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
};

describe('holdshort-agent.service', () => {
  const file = join(deploy, 'systemd', 'holdshort-agent.service');
  const unit = readFileSync(file, 'utf8');

  it('runs unprivileged, writes to its state folder only, and carries what bounds its memory', () => {
    for (const line of [
      'User=holdshort-agent',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'CapabilityBoundingSet=',
      'StateDirectory=holdshort-agent',
      ...Object.entries(AGENT_MALLOC).map(([name, value]) => `Environment=${name}=${value}`),
    ]) {
      expect(unit.split('\n')).toContain(line);
    }
    expect(unit).toContain(`\nExecStart=/usr/bin/node ${AGENT_FLAGS.join(' ')} /`);
  });

  const systemd = spawnSync('systemd-analyze', ['--version']).status === 0;
  (systemd ? it : it.skip)('passes systemd-analyze verify', () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdshort-unit-'));
    // Whether node is in /usr/bin here is not what is asked.
    const copy = join(folder, 'holdshort-agent.service');
    writeFileSync(copy, unit.replace('ExecStart=/usr/bin/node', 'ExecStart=/bin/sh'));
    try {
      expect(
        execFileSync('systemd-analyze', ['verify', copy], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
      ).toBe('');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
