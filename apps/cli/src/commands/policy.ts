import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addPolicyFolderCommands } from './policy-folder.js';
import { addPolicyRolloutCommands } from './policy-rollout.js';
import { addPolicyVersionCommands } from './policy-versions.js';

export function addPolicyCommands(program: Command, context: CliContext, exit: (code: number) => void): void {
  const policy = program.command('policy').description('who may do what: write, test, simulate, roll out');
  addPolicyFolderCommands(policy, context, exit);
  addPolicyRolloutCommands(policy, context, exit);
  addPolicyVersionCommands(policy, context, exit);
}
