import { openAuditTrail } from '../index.js';
import { callDraft } from './call-drafts.js';

/** Started by a test that kills it: records as fast as it can, and says which records were acknowledged as durable. */
async function main(): Promise<void> {
  const [dir = '', offset = '0'] = process.argv.slice(2);
  const trail = await openAuditTrail({
    dir,
    emitter: { id: 'agt_child', host: 'box', version: '1' },
    tenant: 'default',
    publisher: {
      kind: 'none',
      publish: () => Promise.reject(new Error('nobody is there')),
      isConnected: () => false,
      close: () => Promise.resolve(),
    },
  });
  let next = Number(offset);
  const writer = async (): Promise<never> => {
    for (;;) {
      const id = `w${next}`;
      next += 1;
      await trail.record(callDraft(id, 'attempt'));
      process.stdout.write(`${id}\n`);
    }
  };
  await Promise.all(Array.from({ length: 16 }, writer));
}

void main();
