import type { StandinProcess } from './standin-process.js';

/** What the stand-in wrote down of a request; see the control port's `GET /requests`. */
export interface SeenRequest {
  n: number;
  host: string;
  method: string;
  path: string;
  status: number | null;
  authorization_sha256: string | null;
}

export interface FaultRequest {
  match: string;
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  times?: number;
}

/** Makes the stand-in answer so, as often as said. */
export async function setFault({ control }: StandinProcess, fault: FaultRequest): Promise<void> {
  const answer = await fetch(`${control}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  if (!answer.ok) throw new Error(`fault: ${String(answer.status)}`);
}

export async function clearFaults({ control }: StandinProcess): Promise<void> {
  await fetch(`${control}/faults`, { method: 'DELETE' });
}

export async function requestsSince({ control }: StandinProcess, since: number): Promise<SeenRequest[]> {
  return (await (await fetch(`${control}/requests?since=${String(since)}`)).json()) as SeenRequest[];
}

/** The number of the last request so far. */
export const lastRequest = async (standin: StandinProcess): Promise<number> =>
  (await requestsSince(standin, 0)).at(-1)?.n ?? 0;

/** Who says yes to the App at the stand-in from now on; nobody where absent. */
export async function consentAs({ control }: StandinProcess, login?: string): Promise<void> {
  const answer = await fetch(`${control}/consent`, { method: 'POST', body: JSON.stringify({ login }) });
  if (!answer.ok) throw new Error(`consent: ${String(answer.status)}`);
}

export async function refuseConsent({ control }: StandinProcess): Promise<void> {
  await fetch(`${control}/consent`, { method: 'POST', body: JSON.stringify({ deny: true }) });
}

export async function installApp({ control }: StandinProcess, account: string): Promise<void> {
  await fetch(`${control}/installations`, { method: 'POST', body: JSON.stringify({ account }) });
}

export async function uninstallApp({ control }: StandinProcess, account: string): Promise<void> {
  await fetch(`${control}/installations/${account}`, { method: 'DELETE' });
}
