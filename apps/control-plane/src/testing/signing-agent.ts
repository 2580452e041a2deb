import { keyProofText, SigningKey, signStatement, type Checkpoint } from '@holdshort/audit-events';
import { TestAgent } from './test-agent.js';
import type { Replica } from './test-world.js';

/** An agent with a certified key. */
export interface SigningAgent {
  agent: TestAgent;
  key: SigningKey;
}

export async function signingAgent(replica: Replica, agent?: TestAgent): Promise<SigningAgent> {
  const enrolled = agent ?? (await TestAgent.enrolled(replica));
  const key = SigningKey.generate();
  await enrolled.certifyKey(key.x, await key.sign(keyProofText('default', enrolled.id, key.x)));
  return { agent: enrolled, key };
}

export const checkpointOf = (agentId: string, key: SigningKey, more: Partial<Checkpoint>): Promise<Checkpoint> =>
  signStatement(
    {
      ...{ typ: 'checkpoint' as const, v: 1 as const, tenant: 'default', agent_id: agentId, chain_id: 'chain-1' },
      ...{ from: 1, seq: 10, hash: 'a'.repeat(64), time: new Date().toISOString(), final: false },
      ...more,
    },
    key,
  );
