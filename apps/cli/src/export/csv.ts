import { EVENT_COLUMNS, type AuditEvent } from '@holdshort/audit-events';

/** A spreadsheet runs a cell that begins so; OWASP, "CSV Injection". */
const FORMULA = /^[=+\-@\t\r]/;

/** RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers are our own. */
function cell(value: string | number | readonly string[] | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

export const CSV_HEADER = EVENT_COLUMNS.map(({ name }) => name).join(',');

export const csvLine = (event: AuditEvent): string => EVENT_COLUMNS.map(({ of }) => cell(of(event))).join(',');
