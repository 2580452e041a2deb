import type { Level, Permissions } from '../world/model.js';

/**
 * What the App's installation may do. Broad on purpose: what the gateway lets through by mistake must have an effect
 * here, or a test could not tell a refusal from a missing permission.
 */
export const INSTALLATION_PERMISSIONS: Readonly<Permissions> = {
  actions: 'write',
  administration: 'write',
  checks: 'write',
  codespaces: 'write',
  contents: 'write',
  deployments: 'write',
  environments: 'write',
  issues: 'write',
  members: 'write',
  metadata: 'read',
  organization_administration: 'write',
  packages: 'write',
  pages: 'write',
  pull_requests: 'write',
  repository_hooks: 'write',
  secrets: 'write',
  security_events: 'write',
  statuses: 'write',
  workflows: 'write',
};

const LEVELS: readonly Level[] = ['read', 'write', 'admin'];

export const isLevel = (value: unknown): value is Level => LEVELS.includes(value as Level);

/** Whether `granted` covers `needed` (`contents:read`); write covers read. */
export function covers(granted: Permissions, needed: string): boolean {
  const [name = '', level = 'read'] = needed.split(':');
  const has = granted[name];
  return has !== undefined && LEVELS.indexOf(has) >= LEVELS.indexOf(level as Level);
}

/** GitHub's `x-accepted-github-permissions`: alternatives are parted by `; `. */
export const acceptedHeader = (alternatives: readonly string[]): string =>
  alternatives.map((needed) => needed.replace(':', '=')).join('; ');
