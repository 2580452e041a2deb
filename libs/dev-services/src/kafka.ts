import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, openSync, closeSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { findFreePort } from './free-port.js';
import { guardProcess, type Guard } from './guard-process.js';
import { KAFKA_VERSION, kafkaAvailability, kafkaJars, runQuietly } from './kafka-jars.js';

export { KAFKA_VERSION, kafkaAvailability, type KafkaAvailability } from './kafka-jars.js';

export interface StartKafkaOptions {
  /** Everything the broker keeps; survives `restart`. Removed by nobody but the caller. */
  dataDir: string;
  /** Of the broker's listener; 0 picks a free one. */
  port?: number;
  /** Adds a listener with TLS and SCRAM-SHA-512; not with Docker. */
  secure?: KafkaCredential;
  /** Defaults to `kafka.log` in the data folder. */
  logFile?: string;
}

export interface KafkaCredential {
  /** Of the broker, PEM: certificate chain and key (PKCS#8) for localhost. */
  certificate: string;
  privateKey: string;
  user: string;
  password: string;
}

export interface RunningKafka {
  brokers: string[];
  /** `localhost:port` with TLS and SCRAM-SHA-512, where `secure` was given. */
  secureBrokers: string[];
  readonly pid: number;
  /** What starts this broker again, with its port and data. */
  readonly command: readonly string[];
  /** Orderly end; leaves no process. */
  stop(): Promise<void>;
  /** The signal alone, and waits until the process is gone: `SIGKILL` is a broker that dies. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again after `stop` or `kill`, with the same port and data. */
  restart(): Promise<void>;
}

/** A cold broker is up in about 4 s on two idle cores; on starved ones 90 s were seen not to be enough. */
const READY_MS = 180_000;
const STOP_MS = 15_000;

/** Starts a real single-node Apache Kafka in KRaft mode on the loopback interface. */
export async function startKafka(options: StartKafkaOptions): Promise<RunningKafka> {
  const { available, reason } = await kafkaAvailability();
  if (!available) throw new Error(`Kafka cannot be started: ${reason}`);
  await mkdir(options.dataDir, { recursive: true });
  const port = options.port === undefined || options.port === 0 ? await findFreePort() : options.port;
  const securePort = options.secure ? await findFreePort() : undefined;
  const launch =
    reason === 'Docker' ? dockerLauncher(options, port) : await javaLauncher(options, { port, securePort });
  const broker = new Broker(launch, options, { port, securePort });
  await broker.restart();
  return broker;
}

/** A program with its arguments; started again for a restart. */
type Launch = readonly [string, ...string[]];

class Broker implements RunningKafka {
  readonly brokers: string[];
  readonly secureBrokers: string[];
  private child: ChildProcess | undefined;
  private guard: Guard | undefined;

  constructor(
    readonly command: Launch,
    private readonly options: StartKafkaOptions,
    { port, securePort }: Ports,
  ) {
    this.brokers = [`127.0.0.1:${port}`];
    this.secureBrokers = securePort === undefined ? [] : [`localhost:${securePort}`];
  }

  get pid(): number {
    return this.child?.pid ?? -1;
  }

  async restart(): Promise<void> {
    if (this.isRunning()) return;
    const child = spawnLogged(this.command, this.options);
    this.child = child;
    this.guard = child.pid === undefined ? undefined : guardProcess(child.pid);
    try {
      await waitUntilReady(this.brokers, child);
    } catch (error) {
      await this.kill('SIGKILL');
      throw error;
    }
  }

  async stop(): Promise<void> {
    const force = setTimeout(() => this.child?.kill('SIGKILL'), STOP_MS);
    await this.kill('SIGTERM');
    clearTimeout(force);
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (!child || !this.isRunning()) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
    this.guard?.release();
  }

  private isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }
}

interface Ports {
  port: number;
  securePort: number | undefined;
}

/** A properties file takes a PEM in one line. */
const inline = (pem: string): string => pem.trim().replaceAll('\n', '\\n');

const secureProperties = ({ port, securePort }: Ports, secure: KafkaCredential): Record<string, string> => ({
  'advertised.listeners': `PLAINTEXT://127.0.0.1:${port},SECURE://localhost:${String(securePort)}`,
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
  'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
  'listener.name.secure.scram-sha-512.sasl.jaas.config':
    'org.apache.kafka.common.security.scram.ScramLoginModule required;',
  'ssl.keystore.type': 'PEM',
  'ssl.keystore.certificate.chain': inline(secure.certificate),
  'ssl.keystore.key': inline(secure.privateKey),
});

async function serverProperties({ dataDir, secure }: StartKafkaOptions, ports: Ports): Promise<string> {
  const { port, securePort } = ports;
  const controllerPort = await findFreePort();
  const settings: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${securePort === undefined ? '' : `,SECURE://127.0.0.1:${securePort}`}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': join(dataDir, 'logs'),
    'num.partitions': 1,
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.min.isr': 1,
    // A first consumer would otherwise wait 3 s for others to join.
    'group.initial.rebalance.delay.ms': 0,
    ...(secure ? secureProperties(ports, secure) : {}),
  };
  const text = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  return text.join('');
}

/** Formats the storage once, and gives what starts the broker's JVM. */
async function javaLauncher(options: StartKafkaOptions, ports: Ports): Promise<Launch> {
  const jars = join(await kafkaJars(), '*');
  const properties = join(options.dataDir, 'server.properties');
  await writeFile(properties, await serverProperties(options, ports), { mode: 0o600 });
  await writeFile(join(options.dataDir, 'log4j2.properties'), LOGGING);
  const java = [`-Dlog4j2.configurationFile=${join(options.dataDir, 'log4j2.properties')}`, '-cp', jars];
  if (!existsSync(join(options.dataDir, 'logs', 'meta.properties'))) {
    // one that begins with a dash is taken for an option
    const clusterId = Buffer.concat([Buffer.of(0), randomBytes(15)]).toString('base64url');
    const { secure } = options;
    const scram = secure ? ['--add-scram', `SCRAM-SHA-512=[name=${secure.user},password=${secure.password}]`] : [];
    const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties, ...scram];
    await runQuietly('java', [...java, ...format], { timeoutMs: 60_000 });
  }
  const heap = ['-Xmx512m', '-Xms128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  return ['java', ...heap, ...java, 'kafka.Kafka', properties];
}

/** Without Maven's helper files the jars bring no logging configuration. */
const LOGGING = `rootLogger.level=WARN
rootLogger.appenderRef.stdout.ref=stdout
appender.stdout.type=Console
appender.stdout.name=stdout
appender.stdout.layout.type=PatternLayout
appender.stdout.layout.pattern=%d %p %m (%c)%n
`;

/** The container runs in the foreground and is removed with its process; the image keeps its data in the mounted folder. */
function dockerLauncher(options: StartKafkaOptions, port: number): Launch {
  const environment: Record<string, string> = {
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_LOG_DIRS: '/var/lib/kafka/data',
    KAFKA_HEAP_OPTS: '-Xmx512m',
  };
  const variables = Object.entries(environment).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
  const mounts = ['-p', `127.0.0.1:${port}:9092`, '-v', `${options.dataDir}:/var/lib/kafka/data`];
  return ['docker', 'run', '--rm', '--init', ...mounts, ...variables, `apache/kafka:${KAFKA_VERSION}`];
}

function spawnLogged([program, ...args]: Launch, options: StartKafkaOptions): ChildProcess {
  const log = openSync(options.logFile ?? join(options.dataDir, 'kafka.log'), 'a');
  try {
    const child = spawn(program, args, { stdio: ['ignore', log, log] });
    // A missing command shows as a broker that never gets ready.
    child.on('error', () => undefined);
    return child;
  } finally {
    closeSync(log);
  }
}

/** Ready means that a client gets metadata naming the broker. */
async function waitUntilReady(brokers: string[], child: ChildProcess): Promise<void> {
  const kafka = new Kafka({
    brokers,
    clientId: 'kafka-readiness',
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    retry: { retries: 0 },
  });
  const end = Date.now() + READY_MS;
  while (Date.now() < end) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error('the broker ended while it was starting; see its log');
    if (await answers(kafka)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`the broker did not get ready within ${READY_MS / 1000} s; see its log`);
}

async function answers(kafka: Kafka): Promise<boolean> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  } catch {
    return false;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
