import { Inject, Injectable } from '@nestjs/common';
import { readNameLists, SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { readEvidencePolicy, writesAnything, writingFor, type EvidencePolicy } from './evidence-policy.js';

/** What is written to GitHub, by the settings. */
@Injectable()
export class EvidencePolicies {
  private readonly policy: EvidencePolicy;

  constructor(@Inject(SETTINGS) settings: ControlPlaneSettings) {
    const sets = [...readNameLists('HOLDSHORT_REPO_SETS', settings.repositorySets).keys()];
    this.policy = readEvidencePolicy(settings.evidence, sets);
  }

  get isOn(): boolean {
    return writesAnything(this.policy);
  }

  wants(kind: 'commit' | 'pull', sets: readonly string[]): boolean {
    const writing = writingFor(this.policy, sets);
    return writing === 'all' || writing === (kind === 'commit' ? 'commits' : 'pulls');
  }
}
