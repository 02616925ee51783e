import { randomBytes } from 'node:crypto';
import { REDIS_URL } from '../continuity/open-gateway';
import { answerWell, openProvider, providerAt, sendJson, type Provider } from '../security/stage';
import { askPlane, openPlanes, type Planes, type Question, type Told } from './open-planes';

const TURNS = 10;
/** Names of their own, because what cools is shared through Redis as well. */
const RUN = randomBytes(4).toString('hex');
const NAMES = ['a', 'b', 'c'].map((name) => `${name}-${RUN}`);

let providers: readonly Provider[];
let planes: Planes;

beforeAll(async () => {
  providers = await Promise.all(NAMES.map(() => openProvider()));
  const targets = NAMES.map((provider) => ({ provider, model: 'm' }));
  const config = {
    providers: Object.fromEntries(
      NAMES.map((name, i) => [
        name,
        providerAt('openai-compatible', { url: providers[i]?.url ?? '' }, 'sk-upstream'),
      ]),
    ),
    models: {
      main: { strategy: 'round-robin', targets },
      pair: { strategy: 'round-robin', targets: targets.slice(0, 2) },
      loose: { strategy: 'round-robin', targets, sticky: { ttlMinutes: 0 } },
    },
    unpriced: 'allow',
  };
  planes = await openPlanes(config, 2, REDIS_URL);
}, 60_000);
afterAll(async () => {
  await planes?.close();
  await Promise.all((providers ?? []).map((provider) => provider.close()));
}, 30_000);

const ask = (n: number, question: Question, who: keyof Planes['keys'] = 'open'): Promise<Told> => {
  const replica = planes.replicas[n % planes.replicas.length];
  if (!replica) throw new Error('no replica');
  return askPlane(replica, planes.keys[who], question);
};

/** A conversation as a client repeats it: so many turns are over. */
const talk = (name: string, over: number): readonly object[] => [
  { role: 'system', content: 'Be kind.' },
  ...Array.from({ length: over }, (_, n) => [
    { role: 'user', content: n === 0 ? `This is ${name}.` : `Go on ${n}.` },
    { role: 'assistant', content: `Answer ${n}.` },
  ]).flat(),
  { role: 'user', content: over === 0 ? `This is ${name}.` : `Go on ${over}.` },
];

const fresh = (): string => randomBytes(6).toString('hex');
const distinct = (told: readonly Told[]): readonly (string | null)[] => [
  ...new Set(told.map(({ provider }) => provider)),
];

/** Turns one after the other, each at the other gateway. */
async function converse(question: (turn: number) => Question, turns = TURNS): Promise<Told[]> {
  const told: Told[] = [];
  for (let turn = 0; turn < turns; turn++) told.push(await ask(turn, question(turn)));
  expect(told.map(({ status }) => status)).toEqual(told.map(() => 200));
  return told;
}

describe('a conversation over two gateways, under round-robin', () => {
  it('stays on one target, without a hint', async () => {
    const name = fresh();
    const told = await converse((turn) => ({ messages: talk(name, turn) }));
    expect(distinct(told)).toHaveLength(1);
    expect(told.map(({ warnings }) => warnings)).toEqual(told.map(() => null));
  });

  it('stays with others beside it, all at once', async () => {
    const talks = await Promise.all(
      Array.from({ length: 12 }, () => {
        const name = fresh();
        return converse((turn) => ({ messages: talk(name, turn) }));
      }),
    );
    expect(talks.map((told) => distinct(told).length)).toEqual(talks.map(() => 1));
    expect(new Set(talks.map((told) => told[0]?.provider)).size).toBe(NAMES.length);
  });

  it.each<[string, (name: string) => Question]>([
    ['x-turnpike-session', (name) => ({ headers: { 'x-turnpike-session': name } })],
    ['x-claude-code-session-id', (name) => ({ headers: { 'x-claude-code-session-id': name } })],
    ['session_id', (name) => ({ headers: { session_id: name } })],
    ['session-id', (name) => ({ headers: { 'session-id': name } })],
    ['conversation_id', (name) => ({ headers: { conversation_id: name } })],
    ['x-session-affinity', (name) => ({ headers: { 'x-session-affinity': name } })],
    ['prompt_cache_key', (name) => ({ members: { prompt_cache_key: name } })],
    ['metadata.user_id', (name) => ({ members: { metadata: { user_id: name } } })],
  ])('stays by %s, whatever it says', async (_, hint) => {
    const name = fresh();
    const told = await converse((turn) => ({
      ...hint(name),
      messages: [{ role: 'user', content: `${name} ${turn}` }],
    }));
    expect(distinct(told)).toHaveLength(1);
  });

  it('shares nothing with another caller of the same name', async () => {
    const headers = { 'x-turnpike-session': fresh() };
    const [mine] = await converse(() => ({ headers }), 1);
    const theirs: Told[] = [];
    for (let n = 0; n < NAMES.length; n++)
      theirs.push(await ask(0, { headers: { 'x-turnpike-session': fresh() } }, 'narrow'));
    expect(distinct(theirs)).toHaveLength(NAMES.length);
    expect((await ask(1, { headers })).provider).toBe(mine?.provider);
  });

  it('is spread over all targets where nothing says that it is one', async () => {
    const told = await converse(() => ({ messages: [{ role: 'user', content: fresh() }] }), 2 * NAMES.length);
    expect(distinct(told)).toHaveLength(NAMES.length);
  });

  it('takes no turn from others: they are spread as if each had one call', async () => {
    const firsts: Told[] = [];
    for (let n = 0; n < 4; n++) {
      const name = fresh();
      const first = await ask(0, { model: 'pair', messages: talk(name, 0) });
      const second = await ask(0, { model: 'pair', messages: talk(name, 1) });
      expect(second.provider).toBe(first.provider);
      firsts.push(first);
    }
    const [one, other] = NAMES;
    expect(firsts.map(({ provider }) => provider).sort()).toEqual([one, one, other, other]);
  });

  it('is placed anew each time where the alias says so', async () => {
    const name = fresh();
    const told = await converse((turn) => ({ model: 'loose', messages: talk(name, turn) }), 2 * NAMES.length);
    expect(distinct(told)).toHaveLength(NAMES.length);
  });
});

describe('a conversation whose target gives out', () => {
  it('moves, says so once, and stays where it is then', async () => {
    const name = fresh();
    const turn = (n: number): Promise<Told> => ask(n, { messages: talk(name, n) });
    const first = await turn(0);
    expect((await turn(1)).provider).toBe(first.provider);
    const at = providers[NAMES.indexOf(first.provider ?? '')];
    if (!at) throw new Error('nobody served the first turn');
    at.answer = (_, response) => {
      response.setHeader('retry-after', '60');
      sendJson(response, '{"error":{"message":"slow down","type":"requests"}}', 429);
    };
    const moved = await turn(2);
    expect([moved.status, moved.warnings]).toEqual([200, 'session_moved']);
    expect(moved.provider).not.toBe(first.provider);
    at.answer = answerWell;
    const rest = [await turn(3), await turn(4), await turn(5), await turn(6)];
    expect(distinct(rest)).toEqual([moved.provider]);
    expect(rest.map(({ warnings }) => warnings)).toEqual(rest.map(() => null));
  });

  it('moves without asking a target of which others know that it cools', async () => {
    const name = fresh();
    const turn = (n: number): Promise<Told> => ask(0, { messages: talk(name, n) });
    const first = await turn(0);
    const at = providers[NAMES.indexOf(first.provider ?? '')];
    if (!at) throw new Error('nobody served the first turn');
    at.answer = (_, response) => {
      response.setHeader('retry-after', '30');
      sendJson(response, '{"error":{"message":"slow down","type":"requests"}}', 429);
    };
    await ask(0, { headers: { 'x-turnpike-provider': first.provider ?? '' } });
    at.answer = answerWell;
    const before = at.heard.length;
    const moved = await turn(1);
    expect([moved.status, moved.warnings, at.heard.length - before]).toEqual([200, 'session_moved', 0]);
    expect(await turn(2)).toMatchObject({ provider: moved.provider, warnings: null });
  });
});

it('a conversation outlives the gateway that it began at', async () => {
  const name = fresh();
  const told = await converse((turn) => ({ messages: talk(name, turn) }), 4);
  await planes.replicas[0]?.stop();
  for (let turn = 4; turn < 8; turn++) told.push(await ask(1, { messages: talk(name, turn) }));
  expect(told.map(({ status }) => status)).toEqual(told.map(() => 200));
  expect(distinct(told)).toHaveLength(1);
});
