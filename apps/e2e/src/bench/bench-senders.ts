import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { AuditEvent } from '@holdshort/audit-events';
import { createRelayPublisher, type OutgoingEvent, type Publisher } from '@holdshort/audit-publisher';
import { issueLeaf } from '@holdshort/tls';
import type { Stack } from '../harness/stack.js';
import { draftOf, newChain } from './bench-trail.js';

/** As many agents send at once. */
const SENDERS = 8;
const BATCH = 500;

const agentName = (n: number): string => `agt_bench${n}`;

/** Agents of the stack that send events by the relay, as fast as they are acknowledged. */
export class BenchSenders {
  private made = 0;
  private any: AuditEvent | undefined;
  private readonly chains = Array.from({ length: SENDERS }, (_, n) => newChain(agentName(n)));

  private constructor(private readonly publishers: readonly Publisher[]) {}

  static async start(stack: Stack): Promise<BenchSenders> {
    const env = stack.dev.processes['control-plane']?.env ?? {};
    const file = (name: string): Promise<string> => readFile(env[name] ?? '', 'utf8');
    const certificate = await file('HOLDSHORT_AGENT_CA_CERT_FILE');
    const authority = { certificate, privateKey: await file('HOLDSHORT_AGENT_CA_KEY_FILE'), chain: [] };
    const publishers = await Promise.all(
      Array.from({ length: SENDERS }, async (_, n) => {
        const names = [`spiffe://holdshort/default/agent/${agentName(n)}`];
        const leaf = await issueLeaf(authority, { commonName: 'bench', names, usage: ['client'], seconds: 86_400 });
        const tls = { ca: certificate, cert: leaf.certificate, key: leaf.privateKey };
        return createRelayPublisher({ address: env['HOLDSHORT_RELAY_ADDRESS'] ?? '', tls, watchdogMs: 120_000 });
      }),
    );
    return new BenchSenders(publishers);
  }

  /** Sends these as the first of the agents. */
  publish(batch: readonly OutgoingEvent[]): Promise<void> {
    return this.publishBy(0, batch);
  }

  /** A machine that stands still for seconds drops connections: as an agent does, the same is sent again until it is in. */
  private async publishBy(sender: number, batch: readonly OutgoingEvent[]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.publishers[sender]?.publish(batch);
        return;
      } catch (error) {
        if (tries === 20) throw error;
        await delay(250);
      }
    }
  }

  /**
   * Seals so many events and no longer.
   * @returns what sends them: how many were acknowledged, and in how many seconds
   */
  sealed(events: number): () => Promise<{ events: number; seconds: number }> {
    const perSender = Math.ceil(events / SENDERS / BATCH);
    const work = this.chains.map((_, sender) => Array.from({ length: perSender }, () => this.batch(sender)));
    const send = async (batches: OutgoingEvent[][], sender: number): Promise<void> => {
      for (const batch of batches) await this.publishBy(sender, batch);
    };
    return async () => {
      const started = performance.now();
      await Promise.all(work.map(send));
      return { events: perSender * BATCH * SENDERS, seconds: (performance.now() - started) / 1000 };
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.publishers.map((publisher) => publisher.close()));
  }

  /** The relay sends texts alone: one event stands for all of them, which would take gigabytes. */
  private batch(sender: number): OutgoingEvent[] {
    const chain = this.chains[sender] ?? newChain('none');
    return Array.from({ length: BATCH }, () => {
      this.made += 1;
      const sealed = chain.append(chain.prepare(draftOf(this.made)));
      this.any ??= sealed.event;
      return { key: chain.id, value: sealed.json, event: this.any };
    });
  }
}
