import { changedSettings } from '@holdshort/config';
import type { Parts } from '../core.module.js';
import { CONTROL_PLANE_SETTINGS } from '../settings.js';

type Recorded = Pick<Parts, 'trail' | 'settings'>;

/** That this process runs, and with which settings other than at its last start. @throws HoldshortError `audit_unavailable` */
export async function recordStart({ trail, settings }: Recorded): Promise<void> {
  const common = { phase: 'single', correlation_id: trail.status().chainId } as const;
  await trail.record({ type: 'control_plane.started', ...common, detail: { pid: process.pid } });
  const changes = await changedSettings(CONTROL_PLANE_SETTINGS, { ...settings }, settings.spoolDir);
  if (changes.changed.length > 0)
    await trail.record({
      type: 'config.changed',
      ...common,
      outcome: 'success',
      detail: { process: 'control-plane', changed: changes.changed.join(' '), first_start: changes.isFirstStart },
    });
  await changes.remember();
}

export const recordStop = ({ trail }: Recorded): Promise<unknown> =>
  trail.record({ type: 'control_plane.stopped', phase: 'single', correlation_id: trail.status().chainId });
