/** Answers of health pages come within milliseconds; more is as bad as none. */
const TIMEOUT_MS = 5_000;

/** What came of a GET. */
export type Probed =
  | {
      reached: true;
      status: number;
      body: Record<string, unknown>;
      date: string | null;
      asked: number;
      answered: number;
    }
  | { reached: false; code: string; message: string };

/** Faults of certificates, as Node names them (nodejs.org, `tls`, X509 certificate error codes). */
const CERTIFICATE_FAULT =
  /^(?:UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_SELF_SIGNED|CERT_|ERR_TLS_CERT|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH)/;

export const isCertificateFault = (code: string): boolean => CERTIFICATE_FAULT.test(code);

async function objectOf(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return {};
    throw thrown;
  }
}

function faultOf(thrown: unknown): Probed {
  const { cause = thrown } = thrown as Error;
  const { code, message } = cause as NodeJS.ErrnoException;
  return { reached: false, code: code ?? (thrown as Error).name, message: message || (code ?? 'no answer') };
}

/** Asks once. An answer that is no JSON object has an empty body. @returns times in ms of this machine's clock */
export async function probe(url: string): Promise<Probed> {
  const asked = Date.now();
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'manual' });
    const body = await objectOf(response);
    return {
      reached: true,
      status: response.status,
      body,
      date: response.headers.get('date'),
      asked,
      answered: Date.now(),
    };
  } catch (thrown) {
    return faultOf(thrown);
  }
}
