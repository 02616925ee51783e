import fc from 'fast-check';
import { seededRandom, type Random } from '@turnpike/kernel';
import { placesOf, STRATEGIES, type GatedPlace } from '@turnpike/routing';
import { failure } from '../../../libs/routing/src/testing/targets';
import { openDataPlane, openUpstream, type DataPlaneFixture, type RawUpstream } from './open-data-plane';
import { ANSWERS } from '../provider-auth/ask-gateway';

const NAMES = ['p0', 'p1', 'p2', 'p3'] as const;

let upstream: RawUpstream;
let plane: DataPlaneFixture;
/** Begun anew before explain and before the call: what is frozen is the state, and the draws belong to it. */
let draws: Random = seededRandom(1);

const provider = (use: string): object => ({
  use,
  baseUrl: upstream.url,
  allowPrivateNetwork: true,
  credentials: [
    { name: 'k1', apiKey: 'key' },
    { name: 'k2', apiKey: 'key', limits: { rpm: 1_000 } },
  ],
});

const models = Object.fromEntries(
  Object.keys(STRATEGIES).map((strategy) => [
    strategy,
    { strategy, targets: NAMES.map((name, i) => ({ provider: name, model: `m${i}`, weight: i + 1 })) },
  ]),
);

beforeEach(async () => {
  upstream = await openUpstream((request, response) => {
    const answer = request.url?.includes('messages') ? ANSWERS.messages : ANSWERS.chat;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  plane = await openDataPlane(
    {
      providers: Object.fromEntries(
        NAMES.map((name, i) => [name, provider(i % 2 === 0 ? 'openai-compatible' : 'anthropic-compatible')]),
      ),
      models: {
        ...models,
        only: { targets: [{ provider: 'p0', model: 'm0' }] },
        ruled: {
          targets: [{ provider: 'p0', model: 'm0' }],
          rules: [{ when: { tools: true }, use: 'only' }],
        },
        strict: {
          strict: true,
          targets: [
            { provider: 'p1', model: 'm1' },
            { provider: 'p0', model: 'm0' },
          ],
        },
      },
      prices: {
        overrides: NAMES.map((name, i) => ({
          provider: name,
          model: `m${i}`,
          inputPerMTok: String(4 - i),
          outputPerMTok: '2',
        })),
      },
    },
    { random: () => draws() },
  );
});
afterEach(async () => {
  await plane.close();
  await upstream.close();
});

async function post(path: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${plane.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${plane.key}`, ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, json: (await response.json()) as Explained };
}

interface Explained {
  readonly requestedModel: string;
  readonly alias: string;
  readonly strategy: string;
  readonly estimated: { readonly inputTokens: number; readonly outputCap: number; readonly costUsd: string };
  readonly candidates: readonly {
    readonly rank: number;
    readonly provider: string;
    readonly credential: string;
    readonly model: string;
    readonly lane: string;
    readonly score: number | null;
    readonly estimatedCostUsd: string;
  }[];
  readonly dropped: readonly {
    readonly provider: string;
    readonly reason: string;
    readonly until?: string;
  }[];
  readonly error?: { readonly message: string; readonly turnpike: { readonly reason: string } };
}

const chat = (model: string, more: object = {}): object => ({
  model,
  messages: [{ role: 'user', content: 'Hello' }],
  ...more,
});
const explain = (body: object, headers?: Record<string, string>) =>
  post('/v1/route/explain', { dialect: 'openai-chat', body }, headers);

const places = (): readonly GatedPlace[] =>
  placesOf(plane.deps.snapshot().catalog.resolve('priority')?.targets ?? []);

/** One failure at a place, of a call that nobody has to make. */
function fail(place: GatedPlace, what: 'rate_minute' | 'credit' | 'server', waitMs?: number): void {
  const nowMs = Date.now();
  const pass = { kind: 'pass', place, enteredAtMs: nowMs, taken: undefined } as const;
  const wakeAtMs = waitMs === undefined ? undefined : nowMs + waitMs;
  plane.deps.gates.ended(
    pass,
    { kind: 'failed', failure: failure(what, { wakeAtMs }), reached: true },
    nowMs,
  );
}

/** When the first of those that were passed over comes back, in epoch milliseconds. */
const wakesAtMs = ({ dropped }: Explained): number =>
  Math.min(...dropped.flatMap(({ until }) => (until === undefined ? [] : Date.parse(until))));

it('the first choice of explain is the first choice of the call, whatever the state', async () => {
  const trouble = fc.record({
    at: fc.nat(7),
    what: fc.constantFrom('rate_minute', 'credit', 'server'),
    wait: fc.constantFrom(undefined, 60_000, 3_600_000),
  });
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(STRATEGIES)),
      fc.nat(),
      fc.array(trouble, { maxLength: 1 }),
      async (strategy, seed, troubles) => {
        const all = places();
        for (const { at, what, wait } of troubles) {
          const place = all[at];
          if (place) fail(place, what, wait);
        }
        draws = seededRandom(seed);
        const { json } = await explain(chat(strategy));
        draws = seededRandom(seed);
        const live = await post('/v1/chat/completions', chat(strategy));
        // The clock runs on: where somebody was to come back between the two questions their answers may differ.
        if (Date.now() >= wakesAtMs(json)) return;
        compared++;
        const [first] = json.candidates;
        expect([json.alias, json.strategy]).toEqual([strategy, strategy]);
        if (!first) return expect(live.status).toBeGreaterThanOrEqual(400);
        const attempt = plane.ledger.calls[plane.ledger.calls.length - 1]?.attempts[0];
        expect([attempt?.provider, attempt?.credential, attempt?.lane]).toEqual([
          first.provider,
          first.credential,
          first.lane,
        ]);
      },
    ),
    { numRuns: 80 },
  );
  expect(compared).toBeGreaterThan(40);
});

describe('an explanation', () => {
  it('tells rank, lane, price and size, and takes nothing', async () => {
    const calls = plane.ledger.calls.length;
    const { status, json, headers } = await explain(chat('only', { max_tokens: 700 }));
    expect(status).toBe(200);
    expect([headers.get('x-turnpike-route'), headers.get('x-turnpike-attempts')]).toEqual(['only', '0']);
    expect(json.estimated.outputCap).toBe(700);
    expect(json.estimated.inputTokens).toBeGreaterThan(0);
    expect(Number(json.estimated.costUsd)).toBeGreaterThan(0);
    expect(plane.ledger.calls).toHaveLength(calls);
  });

  it('names who is left out, why and until when', async () => {
    const [place] = places();
    if (place) fail(place, 'credit', 7_200_000);
    const { json } = await explain(chat('priority'));
    expect(json.dropped).toContainEqual(
      expect.objectContaining({ provider: 'p0', credential: 'k1', model: 'm0', reason: 'cooling_credit' }),
    );
    const until = json.dropped.find(({ reason }) => reason === 'cooling_credit')?.until ?? '';
    expect(Date.parse(until)).toBeGreaterThan(Date.now() + 3_600_000);
    expect(json.candidates.map(({ rank }) => rank)).toEqual(json.candidates.map((_, i) => i + 1));
  });

  it('follows rules, and passes over targets that a strict route passes over', async () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
    expect((await explain(chat('ruled', { tools }))).json.alias).toBe('only');
    const { json } = await explain(chat('strict', { logit_bias: { 1: 1 } }));
    expect(json.dropped).toContainEqual(
      expect.objectContaining({ provider: 'p1', reason: 'translation_loss' }),
    );
  });

  it.each([
    [
      'a Messages body',
      { model: 'only', max_tokens: 9, system: 's', messages: [{ role: 'user', content: 'x' }] },
    ],
    ['a Responses body', { model: 'only', input: 'x' }],
    ['a Gemini body', { model: 'only', contents: [{ role: 'user', parts: [{ text: 'x' }] }] }],
    ['a Chat body', chat('only')],
  ])('%s alone is taken as what it looks like', async (_, body) => {
    const { status, json } = await post('/v1/route/explain', body);
    expect([status, json.alias]).toEqual([200, 'only']);
  });

  it.each([
    ['an unknown dialect', { dialect: 'klingon', body: {} }, 400, /"dialect" must be one of/],
    ['no body', { dialect: 'openai-chat' }, 400, /"body" must be/],
    ['an unknown model', { dialect: 'openai-chat', body: chat('nobody') }, 404, /no model "nobody"/],
    ['no model in the Gemini dialect', { contents: [{ parts: [{ text: 'x' }] }] }, 400, /say it as "model"/],
  ])('%s is refused clearly', async (_, body, status, message) => {
    const answer = await post('/v1/route/explain', body);
    expect([answer.status, answer.json.error?.message]).toEqual([status, expect.stringMatching(message)]);
  });
});
