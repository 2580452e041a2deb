import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { addAgentCommands } from './admin-agent.js';
import { addKafkaCommands } from './admin-kafka.js';
import { addKeyCommands } from './admin-keys.js';
import { addKillCommands } from './admin-kill.js';
import { addRoleCommands } from './admin-role.js';

export function addAdminCommands(program: Command, context: CliContext, exit: (code: number) => void): void {
  const admin = program.command('admin').description('what administrators do');
  addKillCommands(admin, context);
  addAgentCommands(admin, context);
  addKeyCommands(admin, context);
  addRoleCommands(admin, context);
  addKafkaCommands(admin, context, exit);
}
