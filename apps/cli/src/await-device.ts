import { setTimeout as delay } from 'node:timers/promises';
import { ControlPlaneRefusal, type DeviceLogin } from '@holdshort/api-client';
import type { HoldshortError } from '@holdshort/errors';

/** RFC 8628 3.5: each `slow_down` adds 5 seconds. */
const SLOW_DOWN_SECONDS = 5;

export interface DeviceAnswers<T> {
  /** Asks the control plane once. */
  redeem: (handle: string) => Promise<T>;
  /** What an OAuth error of RFC 8628 that ends it means; undefined for one that says all by itself. */
  refusal: (error: string | undefined) => HoldshortError | undefined;
  /** Nobody answered until the code was no longer good. */
  late: () => HoldshortError;
}

/** One try: the answer, or the seconds to add to the interval while the person is not done. */
async function once<T>(handle: string, { redeem, refusal }: DeviceAnswers<T>): Promise<{ done: T } | number> {
  try {
    return { done: await redeem(handle) };
  } catch (thrown) {
    if (!(thrown instanceof ControlPlaneRefusal)) throw thrown;
    if (thrown.deviceError === 'authorization_pending') return 0;
    if (thrown.deviceError === 'slow_down') return SLOW_DOWN_SECONDS;
    throw refusal(thrown.deviceError) ?? thrown;
  }
}

/** Waits until a person has answered elsewhere. Asked at once: where they are walked through, the answer is there already. */
export async function awaitDevice<T>(device: DeviceLogin, answers: DeviceAnswers<T>): Promise<T> {
  const deadline = Date.now() + device.expires_in * 1000;
  let interval = device.interval;
  while (Date.now() < deadline) {
    const answer = await once(device.handle, answers);
    if (typeof answer !== 'number') return answer.done;
    interval += answer;
    await delay(interval * 1000);
  }
  throw answers.late();
}
