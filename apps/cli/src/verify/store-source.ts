import type { ApiClient } from '@holdshort/api-client';
import { trailItem, type TrailItem } from '@holdshort/audit-events';

/** The most that the API gives at once. */
const PAGE = 500;
/** Each has a leaf for every chain of its hour. */
const ANCHORS = 24;

export async function* keyItems(client: ApiClient): AsyncGenerator<TrailItem> {
  for await (const statement of client.pages('GET /audit/keys', { limit: PAGE }, 'after')) yield { statement };
}

/** What the control plane says of the trail. */
export async function* evidenceItems(client: ApiClient): AsyncGenerator<TrailItem> {
  yield* keyItems(client);
  for await (const head of client.pages('GET /audit/heads', { limit: PAGE }, 'after')) yield { head };
  for await (const anchor of client.pages('GET /audit/anchors', { limit: ANCHORS }, 'after')) yield { anchor };
}

/** Evidence first, so that all that it vouches for was written before the trail is read. */
export async function* storeItems(client: ApiClient, since: string | undefined): AsyncGenerator<TrailItem> {
  yield* evidenceItems(client);
  for await (const record of client.pages('GET /audit/trail', { limit: PAGE, since }, 'after')) yield trailItem(record);
}
