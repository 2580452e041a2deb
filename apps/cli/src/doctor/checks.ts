import type { Check } from './check.js';
import { checkAgent } from './checks/agent.js';
import { checkClientSettings } from './checks/client-settings.js';
import { checkClock } from './checks/clock.js';
import { checkControlPlane } from './checks/control-plane.js';
import { checkEgress } from './checks/egress.js';
import { checkGitRewrites } from './checks/git-rewrites.js';
import { checkGitTrust } from './checks/git-trust.js';
import { checkNoProxy } from './checks/no-proxy.js';
import { checkPath } from './checks/path.js';
import { checkProxy } from './checks/proxy.js';
import { checkRemotes } from './checks/remotes.js';
import { checkSession } from './checks/session.js';
import { checkSignIn } from './checks/sign-in.js';
import { checkStack } from './checks/stack.js';
import { checkTokensInEnvironment } from './checks/tokens-in-environment.js';
import { checkTokensInFiles } from './checks/tokens-in-files.js';
import { checkTrail } from './checks/trail.js';
import { checkWorkspaceCa } from './checks/workspace-ca.js';

/** All that `holdshort doctor` looks at, in the order in which it says it. */
export const CHECKS: readonly Check[] = [
  { name: 'installation', examine: checkStack },
  { name: 'control plane', examine: checkControlPlane },
  { name: 'clock', examine: checkClock },
  { name: 'sign-in', examine: checkSignIn },
  { name: 'agent', examine: checkAgent },
  { name: 'workspace CA', examine: checkWorkspaceCa },
  { name: 'audit trail', examine: checkTrail },
  { name: 'session', examine: checkSession },
  { name: 'proxy', examine: checkProxy },
  { name: 'way through the agent', examine: checkPath },
  { name: 'exceptions of the proxy', examine: checkNoProxy },
  { name: 'verification of certificates', examine: checkGitTrust },
  { name: 'tokens in the environment', examine: checkTokensInEnvironment },
  { name: 'tokens in files', examine: checkTokensInFiles },
  { name: 'remotes of this repository', examine: checkRemotes },
  { name: 'rewrites of git', examine: checkGitRewrites },
  { name: 'settings of clients', examine: checkClientSettings },
  { name: 'direct ways to GitHub', examine: checkEgress },
];
