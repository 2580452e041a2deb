import { withStack } from '../check.js';
import { error, type Finding } from '../finding.js';
import { isCertificateFault, type Probed } from '../probe.js';

function notReached({ code, message }: Extract<Probed, { reached: false }>, url: string): Finding {
  if (isCertificateFault(code))
    return error({
      code: 'control_plane_untrusted',
      what: `The certificate of ${url} is not trusted here (${code}).`,
      fix: 'Ask the platform team for the CA of the control plane and name its file; if the name or the date is wrong, its certificate needs renewing.',
      command: 'export NODE_EXTRA_CA_CERTS=/etc/holdshort/control-plane-ca.pem',
    });
  return error({
    code: 'control_plane_unreachable',
    what: `The control plane at ${url} does not answer (${message}).`,
    fix: 'Check the address in HOLDSHORT_CONTROL_PLANE_URL or the ready file, and that nothing on the way refuses it; if it is right, the control plane is down: start it.',
  });
}

/** It answers, by a certificate that is trusted, and could decide and record now. */
export const checkControlPlane = withStack(async (surroundings, { controlPlane }) => {
  const ready = await surroundings.controlPlane('/readyz');
  if (!ready.reached) return [notReached(ready, controlPlane)];
  if (ready.status === 200) return [];
  const checks = Object.entries((ready.body.checks ?? {}) as Record<string, unknown>);
  const missing = checks.filter(([, ok]) => ok === false).map(([name]) => name);
  return [
    error({
      code: 'control_plane_not_ready',
      what: `The control plane at ${controlPlane} answers ${String(ready.status)}: ${missing.join(', ') || 'it is no control plane, or not ready'}.`,
      fix: 'Whoever runs it: bring back what is named (docs/operations.md); database and signals are PostgreSQL, audit is its spool.',
    }),
  ];
});
