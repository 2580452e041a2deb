// Loaded into a process before its own code (`node --import`). What the file of HOLDSHORT_CHAOS_FILE says happens to its
// clock and its disk: {"clock_ms": offset, "write_ms": delay of each durable write, "disk_full": true}.
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const file = process.env.HOLDSHORT_CHAOS_FILE ?? '';
let trouble = {};
const read = () => {
  try {
    trouble = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // half written, or not there: what was said before goes on
  }
};
read();
setInterval(read, 50).unref();

const RealDate = Date;
const now = () => RealDate.now() + (trouble.clock_ms ?? 0);
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

const handle = await open(process.execPath, 'r');
const methods = Object.getPrototypeOf(handle);
await handle.close();
const { write, sync, datasync } = methods;

/** As a full disk does it: what still fits is written, then it ends. */
methods.write = async function (bytes, offset, length, position) {
  if (trouble.write_ms) await delay(trouble.write_ms);
  if (!trouble.disk_full) return write.call(this, bytes, offset, length, position);
  const fits = Math.floor((length ?? bytes.length) / 2);
  if (fits > 0) await write.call(this, bytes, offset, fits, position);
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28 });
};
methods.sync = async function () {
  if (trouble.write_ms) await delay(trouble.write_ms);
  return sync.call(this);
};
methods.datasync = async function () {
  if (trouble.write_ms) await delay(trouble.write_ms);
  return datasync.call(this);
};
