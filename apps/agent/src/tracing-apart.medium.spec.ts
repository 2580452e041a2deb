import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../dist/${name}`, import.meta.url)), 'utf8');

/** In every file of OpenTelemetry's exporter, and nowhere else. */
const SDK = 'opentelemetry.io/schemas|BatchSpanProcessor|OTLPTraceExporter';

// Contract: an agent without a collector carries nothing of the SDK, not even its text.
describe('the bundle of the agent', () => {
  it('loads the exporter of traces from a file beside it, which has it', () => {
    expect(built('agent.mjs')).not.toMatch(new RegExp(SDK));
    expect(built('agent.mjs')).toMatch(/import\("\.\/tracing\.mjs"\)/);
    expect(built('tracing.mjs')).toMatch(new RegExp(SDK));
  });
});
