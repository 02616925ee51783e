import type { Failure } from '@turnpike/protocol';
import { compileProvider, PROVIDERS } from '@turnpike/provider';
import { TargetGates, utcDay, type GatedPlace } from '@turnpike/routing';
import { anyText, openAdmin, textWith, type Admin } from './admin-harness';
import { openMemory, openRedisStores, type Stores } from './routing-stores';

const POOL = compileProvider(
  'a',
  {
    use: 'openai',
    credentials: [
      { name: 'k1', quotaGroup: 'pool', limits: { rpm: 10, concurrency: 4 } },
      { name: 'k2', quotaGroup: 'pool' },
    ],
  },
  PROVIDERS.openai,
);

const place = (provider: string, credential: string, model: string, group?: string): GatedPlace => ({
  provider,
  credentialId: `${provider}/${credential}`,
  quotaGroup: group === undefined ? `${provider}/${credential}` : `${provider}/group:${group}`,
  model,
});

const failure = (kind: Failure['class'], more: Partial<Failure> = {}): Failure => ({
  class: kind,
  scope: kind.startsWith('rate_') ? 'group' : 'credential',
  provenance: more.wakeAtMs === undefined ? 'heuristic' : 'authoritative',
  status: kind === 'server' ? 500 : 429,
  reason: kind,
  vendor: { message: 'no', code: 'no' },
  ...more,
});

type Items = readonly Readonly<Record<string, unknown>>[];

describe.each([
  ['memory', openMemory],
  ['redis', openRedisStores],
] as const)('over %s', (_, openStores) => {
  let stores: Stores;
  let gates: TargetGates;
  let admin: Admin;
  let nowMs: number;

  const attempt = async (where: GatedPlace, end: Failure | undefined): Promise<void> => {
    const pass = await gates.enter(where, { inputTokens: 10, outputCap: 10 }, false, Date.now());
    if (pass.kind !== 'pass') throw new Error(pass.reason);
    gates.ended(
      pass,
      end ? { kind: 'failed', failure: end, reached: true } : { kind: 'succeeded' },
      Date.now(),
    );
  };

  const itemsOf = async (path: string): Promise<Items> => {
    const { status, json } = await admin.call('GET', path);
    expect([path, status]).toEqual([path, 200]);
    return json.items as Items;
  };

  /** What a gateway reports is on its way for a moment. */
  const eventually = async (path: string, isThere: (items: Items) => boolean): Promise<Items> => {
    for (let tries = 0; tries < 50; tries++) {
      const items = await itemsOf(path);
      if (isThere(items)) return items;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return itemsOf(path);
  };

  beforeAll(async () => {
    stores = await openStores();
    gates = new TargetGates({ store: stores.gateway, random: () => 0.5, dayOf: (_place, ms) => utcDay(ms) });
    admin = await openAdmin({ groups: stores.seen, providers: () => [POOL] });
    nowMs = Date.now();
    await attempt(place('a', 'k1', 'm', 'pool'), failure('rate_minute', { wakeAtMs: nowMs + 60_000 }));
    await attempt(place('b', 'main', 'x/y'), failure('target_gone'));
    await attempt(place('b', 'main', 'z'), failure('auth', { wakeAtMs: nowMs + 900_000 }));
    const broken = place('c', 'main', 'm');
    for (let i = 0; i < 5; i++) await attempt(broken, failure('server'));
    await attempt(place('c', 'main', 'other'), failure('server'));
  });
  afterAll(async () => {
    await admin.close();
    await stores.close();
  });

  describe('cooldowns', () => {
    it('tell who sits out, why and until when', async () => {
      const [first, second, third] = await eventually('cooldowns?limit=500', ({ length }) => length === 3);
      expect(first).toMatchObject({ provider: 'a', quotaGroup: 'pool', credential: null, model: null });
      expect(first).toMatchObject({ class: 'rate_minute', provenance: 'authoritative' });
      expect(second).toMatchObject({ provider: 'b', credential: 'main', model: null, class: 'auth' });
      expect(third).toEqual({
        id: textWith(/^[\w-]{22}$/),
        provider: 'b',
        quotaGroup: null,
        credential: 'main',
        model: 'x/y',
        class: 'target_gone',
        provenance: 'heuristic',
        state: 'cooling',
        startedAt: anyText,
        until: anyText,
        strikes: 1,
      });
      for (const [item, waitMs] of [
        [first, 60_000],
        [second, 900_000],
        [third, 3_600_000],
      ] as const) {
        expect(Math.abs(Date.parse(String(item?.['until'])) - nowMs - waitMs)).toBeLessThan(2_000);
        expect(Math.abs(Date.parse(String(item?.['startedAt'])) - nowMs)).toBeLessThan(2_000);
      }
    });

    it.each([
      ['provider=b', 2],
      ['provider=nobody', 0],
      ['credential=main', 2],
      ['quotaGroup=pool', 1],
      ['model=x/y', 1],
      ['class=auth', 1],
      ['class=credit', 0],
      ['provenance=authoritative', 2],
      ['state=cooling', 3],
      ['state=recovering', 0],
      ['provider=b&class=auth', 1],
      ['provider=a&class=auth', 0],
    ])('are filtered by ?%s', async (query, count) => {
      expect(await itemsOf(`cooldowns?${query}`)).toHaveLength(count);
    });

    it.each([
      ['', 'abb'],
      ['sort=-until', 'bba'],
      ['sort=provider', 'abb'],
      ['sort=-provider', 'bba'],
    ])('come in pages: ?%s', async (query, providers) => {
      let [text, cursor]: [string, unknown] = ['', ''];
      while (cursor !== null) {
        const page = cursor === '' ? '' : `&cursor=${String(cursor)}`;
        const { status, json } = await admin.call('GET', `cooldowns?limit=1&${query}${page}`);
        expect([status, (json.items as Items).length]).toEqual([200, 1]);
        text += String((json.items as Items)[0]?.['provider']);
        cursor = json['nextCursor'];
      }
      expect(text).toBe(providers);
    });

    it('have the same id alone and in the list', async () => {
      for (const { until: _, startedAt: __, ...item } of await itemsOf('cooldowns')) {
        const { status, json } = await admin.call('GET', `cooldowns/${String(item['id'])}`);
        expect([status, json]).toMatchObject([200, item]);
      }
    });

    it('end when they are cleared, for the gateway too, and are gone then', async () => {
      const where = place('d', 'main', 'm');
      await attempt(where, failure('credit'));
      const [item] = await eventually('cooldowns?provider=d', ({ length }) => length === 1);
      expect(gates.look(where, { inputTokens: 1, outputCap: 1 }, Date.now())?.reason).toBe('cooling_credit');
      const path = `cooldowns/${String(item?.['id'])}`;
      const cleared = await admin.call('DELETE', path);
      expect([cleared.status, cleared.text]).toEqual([204, '']);
      expect(await itemsOf('cooldowns?provider=d')).toEqual([]);
      for (const method of ['GET', 'DELETE']) {
        const { status, json, headers } = await admin.call(method, path);
        expect([method, status, json]).toMatchObject([method, 404, { reason: 'not_found' }]);
        expect(headers.get('content-type')).toContain('application/problem+json');
      }
      const until = Date.now() + 2_000;
      while (gates.look(where, { inputTokens: 1, outputCap: 1 }, Date.now()) && Date.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect(gates.look(where, { inputTokens: 1, outputCap: 1 }, Date.now())).toBeUndefined();
      expect(await itemsOf('cooldowns')).toHaveLength(3);
    });
  });

  describe('breakers', () => {
    it('tell what they count, and until when they are open', async () => {
      const items = await eventually('breakers?provider=c&sort=model', ({ length }) => length === 2);
      expect(items[0]).toEqual({
        id: textWith(/^[\w-]{22}$/),
        provider: 'c',
        quotaGroup: null,
        credential: 'main',
        model: 'm',
        state: textWith(/^(half-)?open$/),
        until: anyText,
        calls: null,
        failures: null,
        failuresInARow: null,
        windowSeconds: 30,
        probes: 0,
      });
      expect(Math.abs(Date.parse(String(items[0]?.['until'])) - nowMs - 10_000)).toBeLessThan(2_000);
      expect(items[1]).toMatchObject({
        model: 'other',
        state: 'closed',
        until: null,
        calls: 1,
        failures: 1,
        failuresInARow: 1,
      });
    });

    it('are filtered by state and model', async () => {
      const tripped = [
        ...(await itemsOf('breakers?state=open')),
        ...(await itemsOf('breakers?state=half-open')),
      ];
      expect(tripped).toMatchObject([{ model: 'm' }]);
      expect(await itemsOf('breakers?model=other&credential=main')).toMatchObject([{ state: 'closed' }]);
    });

    it('close when they are reset', async () => {
      const where = place('e', 'main', 'm');
      for (let i = 0; i < 5; i++) await attempt(where, failure('server'));
      const [item] = await eventually('breakers?provider=e', ([one]) => one?.['state'] === 'open');
      const path = `breakers/${String(item?.['id'])}`;
      const { id, credential, model } = item ?? {};
      expect((await admin.call('GET', path)).json).toMatchObject({ id, credential, model });
      const reset = await admin.call('POST', `${path}/reset`);
      expect([reset.status, reset.json]).toEqual([
        200,
        { ...item, state: 'closed', until: null, calls: 0, failures: 0, failuresInARow: 0 },
      ]);
      expect(await itemsOf('breakers?provider=e')).toEqual([]);
      expect(await admin.call('POST', `${path}/reset`)).toMatchObject({ status: 404 });
      expect(await itemsOf('breakers')).toHaveLength(2);
    });
  });

  describe('quota groups', () => {
    it('are shown with what is configured, learned and used', async () => {
      const where = { ...place('a', 'k2', 'fine', 'pool'), limits: { rpm: 10, concurrency: 4 } };
      const resetAtMs = Date.now() + 3 * 3_600_000;
      const windows = (['5h', 'week'] as const).map((bucket) => ({
        bucket,
        unit: 'share' as const,
        limit: 1,
        remaining: 0.2,
        resetAtMs,
        refill: 'window' as const,
      }));
      gates.read(where, windows, Date.now());
      const [group] = await eventually(
        'quota-groups?provider=a',
        ([one]) => (one?.['learned'] as Items | undefined)?.length === 2,
      );
      expect(group).toMatchObject({ quotaGroup: 'pool', credentials: ['k1', 'k2'], callsUnderWay: 0 });
      expect(group?.['limits']).toMatchObject([
        { metric: 'rpm', limit: 10 },
        { metric: 'concurrency', limit: 4, used: 0, remaining: 4, resetsAt: null, resetsInSeconds: null },
      ]);
      const learned = [...(group?.['learned'] as Items)].sort((one, other) =>
        String(one['bucket']).localeCompare(String(other['bucket'])),
      );
      expect(learned).toMatchObject([
        { model: 'fine', bucket: '5h', unit: 'share', limit: 1, used: 0.8, remaining: 0.2 },
        { model: 'fine', bucket: 'week', periodSeconds: 604_800 },
      ]);
      for (const { resetsAt, resetsInSeconds } of learned) {
        expect(Math.abs(Date.parse(String(resetsAt)) - resetAtMs)).toBeLessThan(1_000);
        expect(Math.abs(Number(resetsInSeconds) - 3 * 3_600)).toBeLessThan(10);
      }
    });

    it('are found by name, by credential and by id', async () => {
      const [pool] = await itemsOf('quota-groups?quotaGroup=pool&credential=k2');
      expect(pool).toMatchObject({ provider: 'a' });
      expect(await itemsOf('quota-groups?credential=k3')).toEqual([]);
      expect(await itemsOf('quota-groups?sort=-provider&limit=500&credential=main')).toMatchObject(
        ['e', 'd', 'c', 'b'].map((provider) => ({ provider, quotaGroup: null, limits: [] })),
      );
      const { json } = await admin.call('GET', `quota-groups/${String(pool?.['id'])}`);
      expect(json).toMatchObject({ id: pool?.['id'], credentials: ['k1', 'k2'] });
      expect(await admin.call('GET', 'quota-groups/nothing')).toMatchObject({ status: 404 });
    });
  });
});
