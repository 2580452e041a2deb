/** kafkajs gives each of its errors a name of this form. */
const isKafkaError = (reason: unknown): boolean => reason instanceof Error && reason.name.startsWith('KafkaJS');

let guards = 0;

/** Anything else ends the process as it would without this listener. */
const onRejection = (reason: unknown): void => {
  if (!isKafkaError(reason)) throw reason;
};

/**
 * kafkajs 2.2.4 leaves some timed-out requests without a handler (its issue 1686), which would end the process
 * while a broker restarts. The request itself fails elsewhere too, so the rejection carries no news.
 * @returns what takes the guard away again
 */
export function guardKafkaRejections(): () => void {
  if (guards === 0) process.on('unhandledRejection', onRejection);
  guards += 1;
  let released = false;
  return () => {
    if (released) return;
    released = true;
    guards -= 1;
    if (guards === 0) process.off('unhandledRejection', onRejection);
  };
}
