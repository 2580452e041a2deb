import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { HoldshortError } from '@holdshort/errors';
import type { AgentContext } from '../exchange/agent-context.js';
import { statusOf } from './refusal-text.js';
import { recordUnrouted } from './unreadable-refusal.js';

/** A refused CONNECT: clients show little more than the status line, so the reason stands there too. One event. */
export function refuseConnect(client: Socket, error: HoldshortError, agent: AgentContext): void {
  const correlationId = randomUUID();
  const body = `holdshort: refused: ${error.message}\nholdshort: ${error.advice ?? ''}\nholdshort: reason ${error.code}, call ${correlationId}\n`;
  const head = `HTTP/1.1 ${statusOf(error.code)} Refused by Holdshort (${error.code})\r\nContent-Type: text/plain; charset=utf-8\r\n`;
  if (!client.destroyed)
    client.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
  recordUnrouted(agent, error, correlationId);
}
