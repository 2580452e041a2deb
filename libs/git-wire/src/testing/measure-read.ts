/**
 * Run as a process of its own: reads the pack at `argv[2]` through a scratch file at `argv[3]`, and prints how much resident
 * memory that took at most.
 */
import { createReadStream } from 'node:fs';
import { fileScratch } from '../file-scratch.js';
import { readPack } from '../pack-reader.js';

const [, , pack = '', spool = ''] = process.argv;
let peak = 0;
async function* measured(): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(pack, { highWaterMark: 65_536 })) {
    yield chunk as Buffer;
    peak = Math.max(peak, process.memoryUsage.rss());
  }
}

const before = process.memoryUsage.rss();
const scratch = await fileScratch(spool);
const { objects, bytes } = await readPack(measured(), { objectFormat: 'sha1', scratch });
await scratch.close();
process.stdout.write(JSON.stringify({ objects, bytes, growth: Math.max(peak, process.memoryUsage.rss()) - before }));
