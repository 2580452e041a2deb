import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TestWorld, type Replica } from '../testing/test-world.js';

const PUBLISHED = fileURLToPath(new URL('../../../../docs/schemas/events/v1/', import.meta.url));

describe('/schemas', () => {
  let world: TestWorld;
  let replica: Replica;
  beforeAll(async () => {
    world = await TestWorld.start();
    replica = await world.replica(await world.newDatabase());
  });
  afterAll(() => world.stop());

  const get = (path: string) => fetch(`${replica.server.httpUrl}${path}`);

  it('serves everybody each schema that the repository publishes', async () => {
    const files = readdirSync(PUBLISHED);
    const { schemas } = (await (await get('/schemas')).json()) as { schemas: string[] };
    expect(schemas.map((path) => path.slice('/schemas/events/v1/'.length)).sort()).toEqual(files.sort());
    for (const file of files) {
      const answer = await get(`/schemas/events/v1/${file}`);
      expect(answer.headers.get('content-type')).toBe('application/schema+json; charset=utf-8');
      expect(await answer.json()).toEqual(JSON.parse(readFileSync(`${PUBLISHED}${file}`, 'utf8')));
    }
  });

  it('has no other', async () => {
    for (const name of ['nothing.json', '__proto__', 'constructor.json', '..%2Fevent.json'])
      expect((await get(`/schemas/events/v1/${name}`)).status).toBe(404);
  });
});
