import { Kafka, logLevel, type KafkaConfig, type logCreator } from 'kafkajs';
import type { Logger } from '@holdshort/telemetry';

export interface KafkaConnection {
  brokers: readonly string[];
  clientId: string;
  ssl?: KafkaConfig['ssl'];
  sasl?: KafkaConfig['sasl'];
  logger?: Logger;
  /** For requests that a broker holds back, as for members of a group. */
  requestTimeoutMs?: number;
}

/** Where nothing else is said: two requests and a reconnect fit into the publisher's watchdog of 15 s. */
const REQUEST_TIMEOUT_MS = 6000;
const CONNECTION_TIMEOUT_MS = 3000;

/** kafkajs with our time limits; its own log lines go to `logger` as debug, since what matters is reported by the callers. */
export function createKafkaClient(connection: KafkaConnection): Kafka {
  const { brokers, clientId, ssl, sasl, logger, requestTimeoutMs = REQUEST_TIMEOUT_MS } = connection;
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: requestTimeoutMs,
    logLevel: logger ? logLevel.WARN : logLevel.NOTHING,
    ...(logger ? { logCreator: logTo(logger) } : {}),
  });
}

const logTo =
  (logger: Logger): logCreator =>
  () =>
  ({ namespace, log }) => {
    logger.debug({ namespace }, log.message);
  };
