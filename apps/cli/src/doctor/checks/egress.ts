import { connect } from 'node:net';
import { error, type Finding } from '../finding.js';
import type { Surroundings } from '../surroundings.js';

/** A firewall that drops, rather than refuses, is recognised by silence. */
const TIMEOUT_MS = 3_000;

function canConnect(target: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const { hostname, port } = new URL(`tcp://${target}`);
  const socket = connect({ host: hostname, port: Number(port), timeout: TIMEOUT_MS });
  const answer = (reached: boolean) => () => {
    socket.destroy();
    resolve(reached);
  };
  socket.once('connect', answer(true));
  socket.once('timeout', answer(false));
  socket.once('error', answer(false));
  return promise;
}

/** A connection past proxy and agent, as a tool without settings would make it. */
export async function checkEgress({ egressProbes, stack }: Surroundings): Promise<Finding[]> {
  const targets = [...egressProbes, ...(stack?.enterpriseServers ?? []).map((host) => `${host}:443`)];
  const reached = await Promise.all(targets.map(canConnect));
  const open = targets.filter((_, n) => reached[n] === true);
  if (open.length === 0) return [];
  return [
    error({
      code: 'egress_open',
      what: `${open.join(', ')} can be reached from here without the agent: a tool that ignores the proxy is not governed.`,
      fix: 'Let only the account of the agent out (docs/install.md, "Close the way around"): nftables on a machine, a NetworkPolicy or a security group around it.',
      command: 'nft -f /etc/holdshort/egress-lock.nft',
    }),
  ];
}
