import { MemoryGroupStore } from '@turnpike/routing';
import { openAdmin, type Admin } from './admin-harness';

describe('whoever asks wrongly', () => {
  let admin: Admin;
  beforeAll(async () => {
    admin = await openAdmin();
  });
  afterAll(() => admin.close());

  it.each([
    ['limit', 'cooldowns?limit=501'],
    ['sort', 'cooldowns?sort=createdAt'],
    ['sort', 'quota-groups?sort=until'],
    ['class', 'cooldowns?class=caller'],
    ['state', 'breakers?state=ajar'],
    ['class', 'breakers?class=auth'],
    ['cursor', 'breakers?cursor=x'],
    ['offset', 'quota-groups?offset=3'],
  ])('is told of %s: %s', async (field, path) => {
    const { status, json } = await admin.call('GET', path);
    expect([status, json]).toMatchObject([400, { reason: 'invalid_request' }]);
    expect(json['detail']).toContain(field);
  });

  it.each([
    ['DELETE', 'cooldowns/..%2f'],
    ['DELETE', 'cooldowns/%00'],
    ['DELETE', 'cooldowns/x'],
    ['POST', 'breakers/x/reset'],
    ['GET', `quota-groups/${'x'.repeat(100)}`],
  ])('finds nothing at %s %s', async (method, path) => {
    const { status, json } = await admin.call(method, path);
    expect([status, json]).toMatchObject([404, { reason: 'not_found' }]);
  });

  it.each([
    ['POST', 'cooldowns'],
    ['PATCH', 'cooldowns/x'],
    ['DELETE', 'breakers/x'],
    ['PUT', 'quota-groups/x'],
  ])('may not %s %s', async (method, path) => {
    expect(await admin.call(method, path, { body: {} })).toMatchObject({ status: 405 });
  });

  it('is told of a body where none is taken', async () => {
    const { status, json } = await admin.call('POST', 'breakers/x/reset', { body: { force: true } });
    expect([status, json]).toMatchObject([400, { errors: [{ path: 'force', message: 'unknown field' }] }]);
  });
});

const PATHS = [
  ['GET', 'cooldowns'],
  ['GET', 'cooldowns/x'],
  ['DELETE', 'cooldowns/x'],
  ['GET', 'breakers'],
  ['POST', 'breakers/x/reset'],
  ['GET', 'quota-groups'],
] as const;

describe('a control plane that cannot see', () => {
  it.each([
    ['no gateway says to set REDIS_URL', undefined, /REDIS_URL/],
    [
      'Redis says so',
      { store: new MemoryGroupStore(), answers: () => false },
      /Redis that the gateways share does not/,
    ],
  ] as const)('%s, and never shows an empty list', async (_, groups, detail) => {
    const admin = await openAdmin({ groups, providers: () => undefined });
    try {
      for (const [method, path] of PATHS) {
        const { status, json } = await admin.call(method, path);
        expect([path, status, json]).toMatchObject([path, 503, { reason: 'store_unavailable' }]);
        expect(json['detail']).toMatch(detail);
      }
    } finally {
      await admin.close();
    }
  });
});
