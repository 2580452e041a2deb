import type { TimelineEntry } from '@holdshort/attribution';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '');

const STYLE = `body{font:14px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1c1e}
li{margin:.4rem 0}time{color:#555;font-variant-numeric:tabular-nums}pre{white-space:pre-wrap;background:#f4f4f5;padding:.5rem}
.kind{display:inline-block;min-width:5rem;font-weight:600}.refused,.hold{color:#a40000}.prompt{color:#0b5394}ul{margin:.1rem 0}`;

function item(entry: TimelineEntry, texts: ReadonlyMap<string, string>): string {
  const { time, kind, title, details, cause, human, promptSha256 } = entry;
  const text = promptSha256 === undefined ? undefined : texts.get(promptSha256);
  const lines = [
    ...(promptSha256 === undefined ? [] : [promptSha256]),
    ...details,
    ...(human === undefined ? [] : [`by a person: ${human}`]),
    ...(cause ? [`caused by prompt ${cause.promptSha256} (${cause.confidence}: ${cause.evidence.join('; ')})`] : []),
  ];
  const list = lines.map((line) => `<li>${escape(line)}</li>`).join('');
  const shown = text === undefined ? '' : `<pre>${escape(text)}</pre>`;
  return `<li class="${kind}"><time>${escape(time)}</time> <span class="kind">${kind}</span> ${escape(title)}${shown}<ul>${list}</ul></li>`;
}

/** A page that needs nothing else: no script, no file, no address of any server. */
export function timelineHtml(
  title: string,
  entries: readonly TimelineEntry[],
  texts: ReadonlyMap<string, string>,
): string {
  const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`;
  const items = entries.map((entry) => item(entry, texts)).join('\n');
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8">${policy}<title>${escape(title)}</title><style>${STYLE}</style></head>\n<body><h1>${escape(title)}</h1><ol>\n${items}\n</ol></body></html>\n`;
}
