import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { keepingFor, mostKept, readKeepingPolicy, type Keeping, type KeepingPolicy } from './prompt-keeping.js';

/** What the installation keeps of prompts, by its settings. */
@Injectable()
export class PromptKeepings {
  private readonly policy: KeepingPolicy;
  private readonly sets: Readonly<Record<string, string[]>>;

  constructor(@Inject(SETTINGS) settings: ControlPlaneSettings) {
    this.policy = readKeepingPolicy(settings.promptStore);
    this.sets = settings.repositorySets as Record<string, string[]>;
  }

  /** @param repository owner/name, as the client says; empty where it says none */
  of(groups: readonly string[], repository: string): Keeping {
    const name = repository.toLowerCase();
    return keepingFor(this.policy, groups, (set) =>
      (this.sets[set] ?? []).some((member) => member.toLowerCase() === name),
    );
  }

  most(groups: readonly string[]): Keeping {
    return mostKept(this.policy, groups);
  }
}
