import { X509Certificate } from 'node:crypto';
import { withStack } from '../check.js';
import { error, shellWord, type Finding } from '../finding.js';
import type { Surroundings } from '../surroundings.js';

interface AgentCa {
  ca_file?: string;
  ca_sha256?: string;
}

/** The agent tells which CA it signs with; an earlier agent does not. */
async function caOfAgent(surroundings: Surroundings): Promise<AgentCa> {
  const health = await surroundings.agent('/healthz');
  return health.reached ? health.body : {};
}

function nameIt({ ca_file: file }: AgentCa): Pick<Finding, 'fix' | 'command'> {
  const fix = "Name the CA of this workspace's agent, then open a new session.";
  return file === undefined ? { fix } : { fix, command: `export HOLDSHORT_AGENT_CA=${shellWord(file)}` };
}

function certificateOf(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code?.startsWith('ERR_OSSL') === true) return undefined;
    throw thrown;
  }
}

/** The file that clients are told to trust is the certificate that the agent signs with. */
export const checkWorkspaceCa = withStack(async (surroundings, { ca }) => {
  const agent = await caOfAgent(surroundings);
  const certificate = certificateOf(surroundings.textOf(ca));
  if (!certificate)
    return [
      error({ code: 'agent_ca_missing', what: `There is no certificate that can be read in ${ca}.`, ...nameIt(agent) }),
    ];
  if (agent.ca_sha256 === undefined || agent.ca_sha256 === certificate.fingerprint256) return [];
  return [
    error({
      code: 'agent_ca_wrong',
      what: `${ca} is not the CA that the agent signs with: clients would refuse its certificates.`,
      ...nameIt(agent),
    }),
  ];
});
