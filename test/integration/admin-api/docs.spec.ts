import { Controller, Get, Module } from '@nestjs/common';
import { KeyChanges } from '@turnpike/identity';
import { createAdminApp } from '../../../apps/admin/src/admin-app';
import { openAdmin, PEPPER, type Admin } from './admin-harness';

let admin: Admin;
beforeAll(async () => {
  admin = await openAdmin();
});
afterAll(() => admin.close());

@Controller()
class OpenController {
  @Get('/api/v1/anything')
  anything(): string {
    return 'everything';
  }
}

@Module({ controllers: [OpenController] })
class OpenModule {}

it('does not start with a route that nobody decided about', async () => {
  const base = { pool: admin.pool, pepper: PEPPER, changes: new KeyChanges(), host: '127.0.0.1', port: 0 };
  await expect(createAdminApp({ ...base, modules: [OpenModule] })).rejects.toThrow(
    /no access policy: GET \/api\/v1\/anything/,
  );
});

it('says which port is taken', async () => {
  const port = Number(new URL(admin.url).port);
  const changes = new KeyChanges();
  const app = await createAdminApp({ pool: admin.pool, pepper: PEPPER, changes, host: '127.0.0.1', port });
  await expect(app.listen()).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  await app.close();
});

it('serves its page and all that the page loads from itself', async () => {
  const page = await admin.call('GET', '/docs', { key: null });
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.text).not.toMatch(/https?:/);
  const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, asset]) => asset ?? '');
  expect(assets).toHaveLength(4);
  for (const asset of assets) {
    const { status, text } = await admin.call('GET', asset, { key: null });
    expect([asset, status, text.length > 50]).toEqual([asset, 200, true]);
  }
  expect((await admin.call('GET', '/docs/package.json', { key: null })).status).toBe(404);
});

it('answers at its root', async () => {
  const { status, json } = await admin.call('GET', '/', { key: null });
  expect([status, json]).toMatchObject([200, { api: '/api/v1', docs: '/docs' }]);
});

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly responses: Record<string, unknown>;
}

describe('the OpenAPI document', () => {
  const read = async (): Promise<Document> =>
    (await admin.call('GET', '/docs/json', { key: null })).json as unknown as Document;

  it('has every resource with unique operations and resolvable references', async () => {
    const document = await read();
    expect(document.openapi).toBe('3.1.0');
    for (const resource of ['teams', 'projects', 'people', 'service-accounts', 'keys']) {
      expect(Object.keys(document.paths[`/api/v1/${resource}`] ?? {}).sort()).toEqual(['get', 'post']);
      expect(Object.keys(document.paths[`/api/v1/${resource}/{id}`] ?? {}).sort()).toEqual(['get', 'patch']);
    }
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map((o) => o.operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name,
    );
    expect(references.length).toBeGreaterThan(50);
    for (const name of references) expect(document.components.schemas).toHaveProperty(name ?? '');
  });

  it('tells what a key takes and what it never takes', async () => {
    const { paths, components } = await read();
    const patch = paths['/api/v1/keys/{id}']?.['patch'];
    expect(patch?.parameters).toMatchObject([
      { name: 'id', in: 'path', required: true },
      { name: 'If-Match', in: 'header', required: true },
    ]);
    expect(Object.keys(patch?.responses ?? {})).toEqual(expect.arrayContaining(['200', '404', '412', '428']));
    expect(components.schemas['KeyCreate']).toMatchObject({
      required: ['owner'],
      additionalProperties: false,
    });
    expect(JSON.stringify(components.schemas)).not.toContain('digest');
  });
});
