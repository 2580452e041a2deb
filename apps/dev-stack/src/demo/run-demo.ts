import { describeDeath } from '../start-command.js';
import { writeDevFile } from '../dev-file.js';
import { loadDevStackSettings } from '../settings.js';
import { StackFolder } from '../stack-folder.js';
import { startStack } from '../start-stack.js';
import { DemoShell } from './demo-shell.js';
import { Deviation, expect } from './deviation.js';
import { Narrator } from './narrator.js';
import { allowedPush, clone, heldPush, refusedPush, type Scene, type Stage } from './scenes.js';
import { showEvents, verifyTrail } from './show-events.js';
import { StandinView } from './standin-view.js';

const PEOPLE = ['alice', 'sam', 'dave'];

async function signIn({ shell, narrator }: Stage): Promise<void> {
  narrator.heading('People sign in with OpenID; nobody has a GitHub token');
  for (const login of PEOPLE) {
    narrator.command(`holdshort login --dev ${login}`);
    const result = await shell.holdshort(login, 'login', '--dev', login);
    expect(result.code === 0, `${login} signs in`, `exit ${result.code}\n${result.stderr}`);
    narrator.quote(result.stdout);
  }
}

async function perform(stage: Stage): Promise<void> {
  await signIn(stage);
  const scenes: Scene[] = [];
  for (const play of [clone, allowedPush, refusedPush, heldPush]) scenes.push(await play(stage));
  stage.narrator.heading('What the audit trail says');
  for (const scene of scenes) await showEvents(stage, scene);
  await verifyTrail(stage);
}

/** Signals end the demo like a failure does: everything is stopped and deleted first. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.once(signal, () => {
        reject(new Deviation('the demo to run to its end', signal));
      });
    }
  });
}

/** Runs on `folder`; the stack is stopped again, whatever happens. */
async function runOn(folder: StackFolder, narrator: Narrator): Promise<void> {
  narrator.say(
    'Starting PostgreSQL, an identity provider, a GitHub stand-in, audit ingest, control plane and an agent ...',
  );
  const interrupted = interruption();
  interrupted.catch(() => undefined);
  const stack = await startStack({
    folder,
    settings: loadDevStackSettings(process.env, { ephemeral: true }),
    kafka: false,
    onDeath: (death) => {
      narrator.failure(describeDeath(death));
    },
  });
  try {
    const devFile = folder.path('dev.json');
    writeDevFile(devFile, stack.devFile);
    const shell = new DemoShell(folder, devFile);
    await Promise.race([
      perform({ shell, narrator, github: new StandinView(stack.devFile.githubControl) }),
      interrupted,
    ]);
  } finally {
    await stack.stop();
  }
}

/** @returns the exit code: 0 where everything went as it should */
export async function runDemo(): Promise<number> {
  const narrator = new Narrator((text) => void process.stdout.write(text), process.stdout.isTTY);
  const folder = StackFolder.temporary();
  const started = Date.now();
  try {
    await runOn(folder, narrator);
    narrator.say(`\nDone in ${Math.round((Date.now() - started) / 1000)} s. Start a stack of your own with: npm start`);
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof Deviation)) throw thrown;
    narrator.failure(`\nThe demo did not go as it should.\n${thrown.message}`);
    return 1;
  } finally {
    folder.remove();
  }
}
