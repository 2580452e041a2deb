import type { HoldshortError } from '@holdshort/errors';
import { encodePktLine, encodeReport, encodeSideband } from '@holdshort/git-wire';
import type { Exchange } from '../exchange/exchange.js';
import { refusalText, statusOf } from './refusal-text.js';

/** gitprotocol-http: answers of receive-pack must not be cached. */
export const RESULT_HEADERS = { 'content-type': 'application/x-git-receive-pack-result', 'cache-control': 'no-cache' };

const TEXT_HEADERS = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' };

/** The lines that git shows behind "remote: ". */
function lines(exchange: Exchange, error: HoldshortError): string {
  const text = refusalText(exchange, error);
  const findings = text.findings.map((line) => `found ${line}`);
  return [`refused: ${text.summary}`, ...findings, text.advice, text.reference, text.warning]
    .map((line) => `holdshort: ${line}\n`)
    .join('');
}

/** On info/refs git shows the body of a 403 as "remote:" lines and exits 128; a 401 lets it send what its URL holds. */
export function refuseAdvertisement(exchange: Exchange, error: HoldshortError): void {
  const challenge = error.code === 'session_missing' && exchange.entry === 'endpoint';
  const headers = challenge ? { ...TEXT_HEADERS, 'www-authenticate': 'Basic realm="Holdshort session"' } : TEXT_HEADERS;
  const status = challenge ? 401 : Math.max(403, statusOf(error.code));
  exchange.answer.replace(status, headers, Buffer.from(lines(exchange, error)));
}

/** On upload-pack an ERR packet is shown as "fatal: remote error: ..."; the body of an HTTP error would be lost. */
export function refuseFetch(exchange: Exchange, error: HoldshortError): void {
  const body = encodePktLine(`ERR ${lines(exchange, error).trimEnd()}`);
  exchange.answer.replace(200, { ...TEXT_HEADERS, 'content-type': 'application/x-git-upload-pack-result' }, body);
}

const LONGEST_REASON = 400;

/** What git shows in the parentheses of `[remote rejected]`, with the id of the call at its end, however long the rest. */
function ngReason(exchange: Exchange, error: HoldshortError): string {
  const call = ` (call ${exchange.correlationId})`;
  const words = [...refusalText(exchange, error).findings.slice(0, 1), error.message].join('; ');
  return words.replaceAll(/[\r\n]+/g, ' ').slice(0, LONGEST_REASON - call.length) + call;
}

/**
 * A push is always answered with HTTP 200 and a report with `ng` per ref: after any other status git prints
 * "Everything up-to-date". The words come before it on side band 2.
 */
export function refusePush(exchange: Exchange, error: HoldshortError): void {
  const commands = exchange.push?.commands;
  if (!commands) {
    exchange.answer.replace(200, RESULT_HEADERS, encodePktLine(`ERR ${lines(exchange, error).trimEnd()}`));
    return;
  }
  const { sideband, reportStatus } = commands;
  const words = sideband === 'none' ? [] : [encodeSideband(2, lines(exchange, error))];
  const reason = ngReason(exchange, error);
  const results = commands.commands.map(({ ref }) => ({ ref, ok: false as const, reason }));
  const body = Buffer.concat([...words, encodeReport(commands.commands, results, 'ok', { sideband, reportStatus })]);
  if (exchange.holding) exchange.answer.endWith(body);
  else exchange.answer.replace(200, RESULT_HEADERS, body);
}
