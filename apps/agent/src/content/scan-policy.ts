import type { ScanPolicy } from '@holdshort/secret-scan';
import type { AgentContext } from '../exchange/agent-context.js';

/** What the organisation lets pass, by the agent's settings. */
export const scanPolicyOf = ({ settings }: AgentContext): ScanPolicy => ({
  allowPaths: settings.scanAllowPaths,
  allowRules: settings.scanAllowRules,
  allowFingerprints: settings.scanAllowFingerprints,
  inlineAllow: settings.scanInlineAllow === 'on',
});
