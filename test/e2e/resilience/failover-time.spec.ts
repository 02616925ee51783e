import { readAnswer } from '../stage/read-answer';
import { askFleet, type Dialect, type Question, type Told } from './fleet/ask-fleet';
import { Figures, IS_LONG, quantile } from './fleet/figures';
import { fleetConfig, pairsOf } from './fleet/fleet-config';
import { mockOf, openFleet, troublesOf, type Fleet } from './fleet/open-fleet';

const DIALECTS: readonly Dialect[] = ['chat', 'messages'];
/** After the headers; after `message_start` or the role chunk, and a ping where the vendor sends one. */
const EARLY = ['drop:headers', 'eof:headers', 'drop:start', 'eof:start', 'error:start'];
const LATE = ['drop:mid', 'eof:mid', 'error:mid', 'stall:mid'];
const ROUNDS = IS_LONG ? 40 : 8;
const IDLE_MS = 1_500;
const TEXT = 'abcdefghijklmnopqrstuvwxyz';

const slug = (kind: string, client: Dialect, upstream: Dialect): string => `${kind}-${client}-${upstream}`;
const CASES = ['early', 'late'].flatMap((kind) =>
  DIALECTS.flatMap((client) =>
    DIALECTS.map((upstream) => ({ kind, client, upstream, name: slug(kind, client, upstream) })),
  ),
);
const casesOf = (kind: string): typeof CASES => CASES.filter((each) => each.kind === kind);

const figures = new Figures('Failover before and after content');
let fleet: Fleet;

beforeAll(async () => {
  fleet = await openFleet({
    mocks: { a: {}, b: {} },
    config: (mocks) => {
      const upstreamOf = new Map(CASES.map(({ name, upstream }) => [name, upstream]));
      const both = { a: mockOf({ mocks }, 'a'), b: mockOf({ mocks }, 'b') };
      // A credential for each round: what fails five times in a row would not be asked any more.
      const names = CASES.flatMap(({ name }) => roundsOf(name));
      const { providers, models } = pairsOf(
        both,
        names,
        (name) => upstreamOf.get(name.replace(/-\d+$/, '')) ?? 'chat',
      );
      return fleetConfig(providers, models);
    },
  });
}, 120_000);
afterAll(async () => {
  figures.print();
  await fleet?.close();
  expect(troublesOf(fleet)).toEqual([]);
}, 60_000);

/** Each round strikes every fault once: four of a kind never open a breaker. */
function roundsOf(name: string): string[] {
  const count = Math.ceil((ROUNDS * Math.max(EARLY.length, LATE.length)) / 4);
  return Array.from({ length: count }, (_, n) => `${name}-${n}`);
}

const used = new Map<string, number>();
/** The next alias of a case that nothing has happened to more than three times. */
function aliasOf(name: string): string {
  const count = used.get(name) ?? 0;
  used.set(name, count + 1);
  return `${name}-${Math.floor(count / 4)}`;
}

const readOf = (client: Dialect, told: Told): ReturnType<typeof readAnswer> =>
  readAnswer(client, true, told.text);

/** From the request to the first text, and how long the attempt took that failed. */
async function failOver(
  client: Dialect,
  name: string,
  fault: string,
  id: string,
): Promise<{ ttftMs: number; failedMs: number }> {
  const prompt = `[[mock: id=${id} text=${TEXT} chunks=5 fault=${fault} on=a]]`;
  const told = await askFleet(fleet, 0, { model: aliasOf(name), dialect: client, stream: true, prompt });
  expect([told.status, told.failure]).toEqual([200, undefined]);
  expect(readOf(client, told)).toMatchObject({ text: TEXT, done: true, error: undefined });
  expect(told.headers['x-turnpike-attempts']).toBe('2');
  const [failed] = mockOf(fleet, 'a').journal.of(id);
  const [served] = mockOf(fleet, 'b').journal.of(id);
  expect([failed?.cut, served?.complete]).toEqual([true, true]);
  return {
    ttftMs: (told.contentAtMs ?? Infinity) - told.sentAtMs,
    failedMs: (failed?.endedAtMs ?? 0) - (failed?.receivedAtMs ?? 0),
  };
}

async function plainTtft(client: Dialect, model: string): Promise<number> {
  const question: Question = {
    model,
    dialect: client,
    stream: true,
    prompt: `[[mock: text=${TEXT} chunks=5]]`,
  };
  const told = await askFleet(fleet, 0, question);
  expect(told.status).toBe(200);
  return (told.contentAtMs ?? Infinity) - told.sentAtMs;
}

describe('an upstream that dies before any content', () => {
  it.each(casesOf('early'))(
    'costs the client its own time and little more: $client client, $upstream providers',
    async ({ client, upstream, name }) => {
      const plain: number[] = [];
      const added: number[] = [];
      const failed: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        for (const fault of EARLY) {
          plain.push(await plainTtft(client, `${name}-0`));
          const { ttftMs, failedMs } = await failOver(client, name, fault, `${name}-${fault}-${round}`);
          failed.push(failedMs);
          added.push(ttftMs - failedMs);
        }
      }
      const own = quantile(plain, 0.5);
      const extra = added.map((ms) => ms - own);
      figures.add(`${client} client, ${upstream} providers`, {
        streams: added.length,
        'plain ttft ms p50': own,
        'failed attempt ms p50': quantile(failed, 0.5),
        'added ms p50': quantile(extra, 0.5),
        p90: quantile(extra, 0.9),
        max: Math.max(...extra),
      });
      // Half of all: what is left is what the machine has to do beside.
      expect(quantile(extra, 0.5)).toBeLessThanOrEqual(50);
    },
    120_000,
  );
});

/** When the client could know at the latest: the connection broke, or the silence was long enough. */
function lossAtMs(fault: string, id: string): number {
  const [entry] = mockOf(fleet, 'a').journal.of(id);
  const endedAtMs = entry?.endedAtMs ?? Infinity;
  // The gateway ends a silent stream itself: the silence is what counts.
  return fault.startsWith('stall') ? (entry?.receivedAtMs ?? 0) + IDLE_MS : endedAtMs;
}

describe('an upstream that dies after content', () => {
  it.each(casesOf('late'))(
    'ends in an error event within a second: $client client, $upstream providers',
    async ({ client, upstream, name }) => {
      const late: number[] = [];
      for (const fault of LATE) {
        const id = `${name}-${fault}`;
        const prompt = `[[mock: id=${id} text=${TEXT} chunks=13 fault=${fault} on=a]]`;
        const told = await askFleet(fleet, 1, {
          model: aliasOf(name),
          dialect: client,
          stream: true,
          prompt,
        });
        const read = readOf(client, told);
        expect([told.status, told.failure, read.done]).toEqual([200, undefined, false]);
        expect(read.error).toMatchObject({
          turnpike: { attempts: [{ provider: expect.stringContaining(name) as string }] },
        });
        // A clean part of the beginning: nothing twice, nothing of somebody else's.
        expect(read.text).not.toBe('');
        expect(TEXT.startsWith(read.text)).toBe(true);
        expect(mockOf(fleet, 'b').journal.of(id)).toEqual([]);
        late.push((told.errorAtMs ?? Infinity) - lossAtMs(fault, id));
      }
      figures.add(`${client} client, ${upstream} providers, after content`, {
        streams: late.length,
        'error event after ms max': Math.max(...late),
      });
      expect(Math.max(...late)).toBeLessThanOrEqual(1_000);
    },
    60_000,
  );
});
