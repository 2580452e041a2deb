import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The newest release that runs on Java 17. */
export const KAFKA_VERSION = '4.1.0';

const cacheFolder = (): string => process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');

const jarsFolder = (): string => join(cacheFolder(), 'holdshort', `kafka-${KAFKA_VERSION}`, 'libs');

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>io.holdshort.dev</groupId>
  <artifactId>kafka-jars</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

/** Whether a command can be started and exits 0; its output is of no interest. */
export const commandWorks = (command: string, args: readonly string[], timeoutMs = 10_000): Promise<boolean> =>
  runQuietly(command, args, { timeoutMs }).then(
    () => true,
    () => false,
  );

export interface RunOptions {
  cwd?: string;
  timeoutMs: number;
}

/** Runs a command to its end. @throws Error with the last lines of its output where it fails */
export function runQuietly(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-4000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ended with ${String(code)}: ${output}`));
    });
  });
}

const hasJars = (folder: string): boolean =>
  existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('kafka_2.13-') && name.endsWith('.jar'));

/**
 * The folder with Kafka's jars: those of KAFKA_HOME, or fetched once by Maven into the user's cache.
 * Two processes may fetch at once: each into a folder of its own, and the first to finish is kept.
 */
export async function kafkaJars(): Promise<string> {
  const home = process.env.KAFKA_HOME;
  if (home !== undefined && home !== '') return join(home, 'libs');
  const target = jarsFolder();
  if (hasJars(target)) return target;
  const parent = join(target, '..');
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(join(parent, 'fetch-'));
  try {
    await writeFile(join(work, 'pom.xml'), POM);
    const args = ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=libs'];
    await runQuietly('mvn', args, { cwd: work, timeoutMs: 300_000 });
    await keepFirst(join(work, 'libs'), target);
    return target;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function keepFirst(made: string, target: string): Promise<void> {
  try {
    await rename(made, target);
  } catch (error) {
    if (!hasJars(target)) throw error;
  }
}

export interface KafkaAvailability {
  available: boolean;
  /** What would be used, or what is missing. */
  reason: string;
}

/** Whether a broker can be started here, and by what; fetches nothing. */
export async function kafkaAvailability(): Promise<KafkaAvailability> {
  const home = process.env.KAFKA_HOME;
  const java = await commandWorks('java', ['-version']);
  if (home !== undefined && home !== '') {
    if (!hasJars(join(home, 'libs'))) return { available: false, reason: `KAFKA_HOME holds no Kafka: ${home}` };
    return { available: java, reason: java ? 'KAFKA_HOME' : 'KAFKA_HOME is set, but there is no java' };
  }
  if (java && hasJars(jarsFolder())) return { available: true, reason: 'jars in the cache' };
  if (await dockerWorks()) return { available: true, reason: 'Docker' };
  if (!java) return { available: false, reason: 'no KAFKA_HOME, no Docker engine, no java (17 or newer)' };
  const maven = await commandWorks('mvn', ['-v']);
  return maven
    ? { available: true, reason: 'jars by Maven' }
    : { available: false, reason: 'no KAFKA_HOME, no Docker engine, no mvn' };
}

const dockerWorks = (): Promise<boolean> => commandWorks('docker', ['info'], 5000);
