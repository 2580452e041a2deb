import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ChannelCredentials, Client, type ClientDuplexStream } from '@grpc/grpc-js';
import { auditV1 } from '@holdshort/contracts';
import { serverNameOptions } from '@holdshort/grpc';
import { issueLeaf } from '@holdshort/tls';
import type { Stack } from '../harness/stack.js';
import { DAY_MS, DAYS, draftOf, eventAt, newChain } from './bench-trail.js';

/** As many agents send at once. */
const SENDERS = 16;
const BATCH = 500;

const agentName = (n: number): string => `agt_bench${n}`;

/** Of one batch, in the form of the relay's messages. */
const messageOf = (batch: string, chainId: string, values: readonly Buffer[]): Buffer =>
  Buffer.from(
    auditV1.RelayRequest.encode({
      batch,
      records: values.map((value) => ({ key: chainId, value, checkpoint: false })),
    }).finish(),
  );

/** Agents of the stack that send events by the relay, as fast as they are acknowledged. */
export class BenchSenders {
  private made = 0;
  private batches = 0;
  private readonly chains = Array.from({ length: SENDERS }, (_, n) => newChain(agentName(n)));

  private constructor(private readonly senders: readonly Sender[]) {}

  static async start(stack: Stack): Promise<BenchSenders> {
    const env = stack.dev.processes['control-plane']?.env ?? {};
    const file = (name: string): Promise<string> => readFile(env[name] ?? '', 'utf8');
    const certificate = await file('HOLDSHORT_AGENT_CA_CERT_FILE');
    const authority = { certificate, privateKey: await file('HOLDSHORT_AGENT_CA_KEY_FILE'), chain: [] };
    const senders = await Promise.all(
      Array.from({ length: SENDERS }, async (_, n) => {
        const names = [`spiffe://holdshort/default/agent/${agentName(n)}`];
        const leaf = await issueLeaf(authority, { commonName: 'bench', names, usage: ['client'], seconds: 86_400 });
        const pem = [certificate, leaf.privateKey, leaf.certificate].map((text) => Buffer.from(text));
        return new Sender(env['HOLDSHORT_RELAY_ADDRESS'] ?? '', ChannelCredentials.createSsl(...pem));
      }),
    );
    return new BenchSenders(senders);
  }

  /** One event of each of the last days, which makes their partitions. */
  async oneOfEachDay(): Promise<void> {
    const chain = newChain(agentName(0));
    const values = Array.from({ length: DAYS }, (_, day) =>
      Buffer.from(JSON.stringify(eventAt(chain, Date.now() - day * DAY_MS, day + 1))),
    );
    const batch = this.nextBatch();
    await this.senders[0]?.send(batch, messageOf(batch, chain.id, values));
  }

  /**
   * Seals so many events and no longer, and writes the messages that agents would: agents run elsewhere, what they do is not
   * for this machine's account.
   * @returns what sends them: how many were acknowledged, and in how many seconds
   */
  sealed(events: number): () => Promise<{ events: number; seconds: number }> {
    const perSender = Math.ceil(events / SENDERS / BATCH);
    const work = this.senders.map((_, n) => Array.from({ length: perSender }, () => this.batchOf(n)));
    const sendAll = async (batches: { batch: string; message: Buffer }[], n: number): Promise<void> => {
      for (const { batch, message } of batches) await this.senders[n]?.send(batch, message);
    };
    return async () => {
      const started = performance.now();
      await Promise.all(work.map(sendAll));
      return { events: perSender * BATCH * SENDERS, seconds: (performance.now() - started) / 1000 };
    };
  }

  close(): void {
    for (const sender of this.senders) sender.close();
  }

  private nextBatch(): string {
    this.batches += 1;
    return String(this.batches);
  }

  private batchOf(sender: number): { batch: string; message: Buffer } {
    const chain = this.chains[sender] ?? newChain('none');
    const values = Array.from({ length: BATCH }, () => {
      this.made += 1;
      return chain.append(chain.prepare(draftOf(this.made))).json;
    });
    const batch = this.nextBatch();
    return { batch, message: messageOf(batch, chain.id, values) };
  }
}

type Stream = ClientDuplexStream<Buffer, auditV1.RelayResponse>;

/** One connection of an agent, with one batch outstanding. */
class Sender {
  private readonly client: Client;
  private stream: Stream | undefined;

  constructor(address: string, credentials: ChannelCredentials) {
    const options = { 'grpc.max_send_message_length': 8 * 1024 * 1024, ...serverNameOptions(address) };
    this.client = new Client(address, credentials, options);
  }

  /** A machine that stands still for seconds drops connections: as an agent does, the same is sent again until it is in. */
  async send(batch: string, message: Buffer): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        const stream = (this.stream ??= this.connect());
        stream.write(message);
        const [answer] = (await once(stream, 'data')) as [auditV1.RelayResponse];
        if (answer.batch !== batch) throw new Error(`batch ${batch} was answered as ${answer.batch}`);
        return;
      } catch (error) {
        this.stream?.cancel();
        this.stream = undefined;
        if (tries === 20) throw error;
        await delay(250);
      }
    }
  }

  close(): void {
    this.stream?.cancel();
    this.client.close();
  }

  private connect(): Stream {
    const { path, responseDeserialize } = auditV1.AuditRelayServiceService.relay;
    const asItIs = (message: Buffer): Buffer => message;
    const stream = this.client.makeBidiStreamRequest(path, asItIs, responseDeserialize);
    // the batch under way hears it as well; between two, the next finds out
    stream.on('error', () => undefined);
    return stream;
  }
}
