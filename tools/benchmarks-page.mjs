// docs/benchmarks.md from the figures of one run of tools/bench.mjs.
import { spawnSync } from 'node:child_process';
import { arch, cpus, loadavg, release, totalmem, type } from 'node:os';

/** Three digits that matter, so that columns can be compared by eye. */
export const toText = (value) => {
  if (!Number.isFinite(value)) return '-';
  if (value === 0 || Math.abs(value) >= 1000) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
};

const versionOf = (program, args, find) => {
  const { stdout = '', stderr = '', status } = spawnSync(program, args, { encoding: 'utf8' });
  return status === null ? 'not installed' : (find.exec(`${stdout}${stderr}`)?.[1] ?? 'unknown');
};

const machine = (before) => {
  const [first] = cpus();
  return [
    `| processor | ${cpus().length} x ${first?.model.trim() ?? arch()} |`,
    `| memory | ${Math.round(totalmem() / 2 ** 30)} GiB |`,
    `| system | ${type()} ${release()} |`,
    `| Node | ${process.version} |`,
    `| git | ${versionOf('git', ['--version'], /version (\S+)/)} |`,
    `| nginx, squid, mitmproxy | ${versionOf('/usr/sbin/nginx', ['-v'], /nginx\/(\S+)/)}, ${versionOf('/usr/sbin/squid', ['-v'], /Version (\S+)/)}, ${versionOf('mitmdump', ['--version'], /Mitmproxy: (\S+)/)} |`,
    `| load average before and after | ${toText(before)}, ${toText(loadavg()[0])} |`,
  ];
};

const cell = (text) => String(text).replaceAll('|', '\\|');

const row = ({ name, value, min, max, unit, target = '' }) =>
  `| ${[name, toText(value), min === undefined ? '' : `${toText(min)} - ${toText(max)}`, unit, target].map(cell).join(' | ')} |`;

const HEAD = ['| what | median | least - greatest | unit | target |', '|---|---|---|---|---|'];

const section = ({ file, about, rows, remarks }) => [
  `## ${file.replace(/^.*\//, '').replace('.bench.ts', '')}`,
  '',
  ...(about ? [about, ''] : []),
  `\`${file}\``,
  '',
  ...remarks.flatMap((remark) => [`**${cell(remark)}**`, '']),
  ...HEAD,
  ...rows.map(row),
  '',
];

/** Figures of others that take too long, or too much memory, to be had in every run. */
const ELSEWHERE = [
  '## Measured elsewhere',
  '',
  'Not in this run, on another machine with two shared cores: finos/git-proxy, which clones the repository for every push.',
  '',
  '| push of one small commit into | time | disk | memory |',
  '|---|---|---|---|',
  '| a small repository | 0.6 - 1.4 s | | |',
  '| a repository of 168 MB | 20 s | 416 MB | |',
  '| a repository of 1.6 GB | 286 s, and as long again after approval | 4 GB | 6.4 GB |',
  '',
];

/** @param run {results: {file, about, rows, remarks}[], failed: string[], quick: boolean, before: load average} */
export const benchmarksPage = ({ results, failed, quick, before }) =>
  [
    '# Benchmarks',
    '',
    'Written by `npm run bench -- --write`; do not edit. Sides that are compared take turns within one run (A, B, B, A), so that what disturbs the machine disturbs both; a ratio is that of a round, and its median, least and greatest are given. Client, agent, control plane, ingest, PostgreSQL and the stand-in for GitHub share the cores below: trust ratios, not absolute figures.',
    '',
    '| | |',
    '|---|---|',
    ...machine(before),
    `| run | ${quick ? 'quick: few and short rounds' : 'full'}, ${new Date().toISOString().slice(0, 10)} |`,
    '',
    ...(failed.length > 0 ? [`**FAILED, and so missing: ${failed.join(', ')}**`, ''] : []),
    '## What was promised',
    '',
    ...HEAD,
    ...results.flatMap(({ rows }) => rows.filter(({ target }) => target !== undefined)).map(row),
    '',
    ...results.flatMap(section),
    ...ELSEWHERE,
  ].join('\n');
