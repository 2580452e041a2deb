import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scanText } from '@holdshort/secret-scan';
import { Masker } from './index.js';

export const about =
  'Masking of answers: source of packages as plain text, as the contents API sends it, as GraphQL and as an MCP event, one core, in chunks of 64 KB; against a copy of the same bytes and the push scan of the same files.';

interface Measured {
  name: string;
  value: number;
  unit: string;
  min?: number;
  max?: number;
  target?: string;
}

const MODULES = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
const TREES = ['rxjs', 'zod', 'eslint', '@babel', 'typeorm', '@nestjs', 'undici', 'kafkajs', 'prettier'];
const TEXT = /\.(?:[cm]?[jt]s|json|md)$/;
const FILE_MOST = 400_000;
const CHUNK = 64 * 1024;

function sources(bytesMost: number): Buffer[] {
  const read: Buffer[] = [];
  let bytes = 0;
  for (const tree of TREES.filter((name) => existsSync(join(MODULES, name))))
    for (const entry of readdirSync(join(MODULES, tree), { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name);
      if (bytes >= bytesMost) return read;
      if (!entry.isFile() || !TEXT.test(entry.name) || statSync(path).size > FILE_MOST) continue;
      const content = readFileSync(path);
      bytes += content.length;
      read.push(content);
    }
  return read;
}

type Form = (file: Buffer) => Buffer;
const inLines = (file: Buffer): string => file.toString('base64').replace(/.{1,60}/g, '$&\n');
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const FORMS: readonly { name: string; write: Form; isEventStream?: boolean }[] = [
  { name: 'raw files', write: (file) => file },
  { name: 'contents API, base64', write: (file) => json({ content: inLines(file), encoding: 'base64' }) },
  { name: 'GraphQL, text', write: (file) => json({ data: { object: { text: file.toString('utf8') } } }) },
  {
    name: 'MCP events',
    write: (file) =>
      Buffer.from(
        `data: ${JSON.stringify({ result: { content: [{ type: 'text', text: file.toString('utf8') }] } })}\n\n`,
      ),
    isEventStream: true,
  },
];

function chunked(
  answers: readonly Buffer[],
  take: () => { push: (chunk: Buffer) => unknown; end: () => unknown },
): void {
  for (const answer of answers) {
    const sink = take();
    for (let at = 0; at < answer.length; at += CHUNK) sink.push(answer.subarray(at, at + CHUNK));
    sink.end();
  }
}

function rates(answers: readonly Buffer[], rounds: number, work: () => void): number[] {
  const megabytes = answers.reduce((sum, { length }) => sum + length, 0) / 1e6;
  work();
  return Array.from({ length: rounds }, () => {
    const started = performance.now();
    work();
    return megabytes / ((performance.now() - started) / 1000);
  });
}

function spread(name: string, unit: string, values: readonly number[]): Measured {
  const sorted = [...values].sort((a, b) => a - b);
  return { name, unit, value: sorted[sorted.length >> 1] ?? 0, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
}

export function bench({ quick }: { quick: boolean }): Promise<Measured[]> {
  const rounds = quick ? 3 : 7;
  const files = sources(quick ? 4e6 : 20e6);
  const copied = rates(files, rounds, () =>
    chunked(files, () => {
      const parts: Buffer[] = [];
      return { push: (chunk) => parts.push(Buffer.from(chunk)), end: () => Buffer.concat(parts) };
    }),
  );
  const scanned = rates(files, rounds, () => files.forEach((file) => scanText(file, 'src/a.ts')));
  const masked = FORMS.map(({ name, write, isEventStream = false }) => {
    const answers = files.map(write);
    const one = (detectors: string[]): number[] =>
      rates(answers, rounds, () => chunked(answers, () => new Masker({ detectors, isEventStream })));
    return { name, secrets: one(['secrets']), both: one(['secrets', 'personal']) };
  });
  const raw = masked[0]?.secrets ?? [];
  return Promise.resolve([
    spread('plain copy', 'MB/s', copied),
    spread('push scan', 'MB/s', scanned),
    ...masked.flatMap(({ name, secrets, both }) => [
      spread(`masked, ${name}`, 'MB/s', secrets),
      spread(`masked with personal data, ${name}`, 'MB/s', both),
    ]),
    spread(
      'masking of raw files, part of the push scan',
      'x',
      raw.map((value, round) => value / (scanned[round] ?? NaN)),
    ),
    spread(
      'masking of raw files, part of a plain copy',
      'x',
      raw.map((value, round) => value / (copied[round] ?? NaN)),
    ),
  ]);
}
