import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProtoDir } from '../server/grpc-server.js';
import { anonymous, signedIn } from '../testing/people.js';
import { TestWorld, type Replica } from '../testing/test-world.js';
import { GRPC_EVENTS, HTTP_EVENTS } from './access-events.js';
import { GRPC_ACCESS, HTTP_ACCESS } from './access-table.js';

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

/** Every RPC of the proto files, as its path on the wire. */
function declaredRpcs(): string[] {
  const folder = join(findProtoDir(undefined), 'holdshort/agent/v1');
  return readdirSync(folder).flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const service = /service (\w+) \{/.exec(text)?.[1] ?? '';
    return [...text.matchAll(/^\s*rpc (\w+)\(/gm)].map((match) => `holdshort.agent.v1.${service}/${String(match[1])}`);
  });
}

describe('the access table', () => {
  let world: TestWorld;
  let replica: Replica;
  beforeAll(async () => {
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase());
  });
  afterAll(() => world.stop());

  const registered = (): string[] => {
    const express = replica.server.app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } };
    return express.router.stack.flatMap(({ route }) =>
      route ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`) : [],
    );
  };

  it('has a row for every registered route, and a route for every row', () => {
    expect(registered().length).toBeGreaterThan(15);
    expect(registered().sort()).toEqual(Object.keys(HTTP_ACCESS).sort());
  });

  it('has a row for every RPC of the contract, and an RPC for every row', () => {
    expect(declaredRpcs().sort()).toEqual(Object.keys(GRPC_ACCESS).sort());
  });

  it('says of every row what it leaves in the trail: a type of event, or why none', () => {
    expect(Object.keys(HTTP_EVENTS).sort()).toEqual(Object.keys(HTTP_ACCESS).sort());
    expect(Object.keys(GRPC_EVENTS).sort()).toEqual(Object.keys(GRPC_ACCESS).sort());
  });

  it('has an event for every route that changes something, and for every read of the trail', () => {
    const without = Object.entries(HTTP_EVENTS).flatMap(([key, leaves]) => ('none' in leaves ? [key] : []));
    const changing = without.filter((key) => !key.startsWith('GET '));
    expect(changing).toEqual([
      'POST /api/v1/auth/device',
      'POST /api/v1/github/links/device',
      'POST /api/v1/policies/check',
      'POST /api/v1/join/nonces',
    ]);
    // public keys, and hashes that tell nothing of what they are of
    const ofSignatures = ['keys', 'heads', 'anchors'].map((name) => `GET /api/v1/audit/${name}`);
    expect(without.filter((key) => key.includes('/audit/'))).toEqual(ofSignatures);
  });

  it('asks everybody who they are, except on public rows', async () => {
    const nobody = anonymous(replica);
    for (const [key, rule] of Object.entries(HTTP_ACCESS)) {
      const [method = '', path = ''] = key.split(' ');
      if (rule.who === 'public' || !path.startsWith('/api/v1')) continue;
      const { status, body } = await nobody.call(method, path.slice('/api/v1'.length).replace(/:\w+/, 'x'));
      expect({ key, status, code: body['code'] }).toEqual({ key, status: 401, code: 'not_authenticated' });
    }
  });

  it('lets someone without a role do nothing but see who they are and leave', async () => {
    const mallory = await signedIn(replica, 'mallory');
    for (const [key, rule] of Object.entries(HTTP_ACCESS)) {
      const [method = '', path = ''] = key.split(' ');
      if (rule.who === 'public' || rule.who === 'anyone') continue;
      const { status } = await mallory.call(method, path.slice('/api/v1'.length).replace(/:\w+/, 'x'));
      expect({ key, status }).toEqual({ key, status: 403 });
    }
    expect((await mallory.get('/auth/me')).body).toMatchObject({ human: { login: 'mallory', groups: [] }, roles: [] });
    expect((await mallory.post('/auth/logout')).status).toBe(204);
    expect((await mallory.get('/auth/me')).status).toBe(401);
  });

  it('refuses a registered route that has no row', async () => {
    const row = HTTP_ACCESS['GET /api/v1/policies/active'];
    const table = HTTP_ACCESS as Record<string, unknown>;
    const alice = await signedIn(replica, 'alice');
    try {
      delete table['GET /api/v1/policies/active'];
      expect(await alice.get('/policies/active')).toMatchObject({
        status: 403,
        body: { detail: 'This call is not declared in the access table.' },
      });
    } finally {
      table['GET /api/v1/policies/active'] = row;
    }
    expect((await alice.get('/policies/active')).status).toBe(200);
  });

  it('answers what is not there, and what cannot be read, as problems without internals', async () => {
    const alice = await signedIn(replica, 'alice');
    const missing = await alice.get('/nothing');
    expect(missing).toMatchObject({
      status: 404,
      body: { code: 'not_found', title: 'Not Found', detail: 'There is no such resource.' },
    });
    expect(missing.headers.get('content-type')).toContain('application/problem+json');
    expect(missing.headers.get('cache-control')).toBe('no-store');
    expect(missing.headers.get('x-powered-by')).toBeNull();
    const unknownField = await alice.post('/sessions', { assistant: 'copilot', admin: true });
    expect(unknownField).toMatchObject({
      status: 400,
      body: { code: 'request_malformed', detail: 'property admin should not exist.' },
    });
    const broken = await fetch(`${replica.server.httpUrl}/api/v1/auth/device/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(broken.status).toBe(400);
    const large = await fetch(`${replica.server.httpUrl}/api/v1/auth/device/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ handle: 'x'.repeat(70_000) }),
    });
    expect(large.status).toBe(413);
    expect(await large.text()).not.toContain('node_modules');
  });

  it('describes every API route in the OpenAPI document', async () => {
    const answer = await fetch(`${replica.server.httpUrl}/api/v1/openapi.json`);
    const document = (await answer.json()) as { paths: Record<string, object> };
    // where this fails: `npm run build && node tools/write-openapi.mjs && npm run generate`
    expect(document).toEqual(JSON.parse(readFileSync('docs/reference/openapi.json', 'utf8')));
    const { paths } = document;
    const described = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    const rows = Object.keys(HTTP_ACCESS).filter((key) => / \/api\/v1\/(?!health|openapi)/.test(key));
    expect(described.sort()).toEqual(rows.sort());
  });
});
