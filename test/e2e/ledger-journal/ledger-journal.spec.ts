import { seededRandom } from '@turnpike/kernel';
import { until } from '@turnpike/testing';
import type { Answered } from '../stage/ask';
import { ask, inParallel } from '../stage/ask';
import type { ClientDialect, TokenPrice } from '../stage/gateway-config';
import { gatewayConfig, providerEntry } from '../stage/gateway-config';
import type { Stage } from '../stage/stage';
import { openStage } from '../stage/stage';
import { joinJournal } from './join-journal';

/** Lanes of their own credentials and models, so that a cooled one leaves the others at work. */
const LANES = 12;
const PRICES: readonly TokenPrice[] = [
  { inputPerMTok: '3.000001', outputPerMTok: '15.000007' },
  { inputPerMTok: '0.123457', outputPerMTok: '0.765431' },
  { inputPerMTok: '0.000003', outputPerMTok: '75' },
];
const FAULTS = [
  '429',
  '500',
  '503',
  '529',
  'empty',
  'error-in-200',
  'drop:connect',
  'drop:headers',
  'drop:mid',
  'eof:mid',
  'error:mid',
  '400',
];

interface PlannedCall {
  readonly id: string;
  readonly dialect: ClientDialect;
  readonly model: string;
  readonly prompt: string;
  readonly stream: boolean;
  readonly hangUpAfterBytes: number | undefined;
}

const random = seededRandom(20_261_121);
const below = (limit: number): number => Math.floor(random() * limit);
const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;

const laneDialect = (lane: number): ClientDialect => (lane % 2 ? 'chat' : 'messages');
const prices: Record<string, TokenPrice> = {};
const routes: Record<string, string[]> = {};
for (let lane = 0; lane < LANES; lane++) {
  const targets = ['a', 'b', 'c'].map((name) => `${name}-${lane}/model-${name}`);
  routes[`lane-${lane}`] = targets;
  targets.forEach((target, i) => (prices[target] = PRICES[i] as TokenPrice));
}

let stage: Stage;
let serial = 0;

beforeAll(async () => {
  stage = await openStage({
    mocks: { a: {}, b: {}, c: {} },
    config: (mocks) =>
      gatewayConfig({
        providers: Object.fromEntries(
          Object.entries(mocks).flatMap(([name, mock]) =>
            Array.from({ length: LANES }, (_, lane) => [
              `${name}-${lane}`,
              providerEntry(mock, laneDialect(lane), [`key-${name}-${lane}`]),
            ]),
          ),
        ),
        routes,
        prices,
      }),
  });
}, 90_000);
afterAll(() => stage?.close(), 30_000);

function planCall(delayMs: number): PlannedCall {
  const id = `call-${++serial}`;
  const hangUpAfterBytes = random() < 0.06 ? 1 + below(900) : undefined;
  const fault =
    random() < 0.25
      ? `fault=${pick(FAULTS)} on=${pick(['a', 'a', 'a,b', 'b'])} limit=seconds waitMs=1000`
      : '';
  const slow = delayMs || (hangUpAfterBytes === undefined ? 0 : 10);
  return {
    id,
    dialect: pick(['chat', 'messages'] as const),
    model: `lane-${below(LANES)}`,
    prompt: `Do it. [[mock: id=${id} tokens=${1 + below(400)} in=${1 + below(3000)} cached=${below(200)} chunks=5 delayMs=${slow} ${fault}]]`,
    stream: hangUpAfterBytes !== undefined || random() < 0.5,
    hangUpAfterBytes,
  };
}

async function fire(
  count: number,
  delayMs = 0,
): Promise<{ plan: PlannedCall[]; answers: Answered[]; broken: Set<string> }> {
  const plan = Array.from({ length: count }, () => planCall(delayMs));
  const answers = await inParallel(plan, 16, (call) => ask(stage, { ...call, requestId: call.id }));
  const broken = plan
    .filter((_, i) => answers[i]?.hungUp || answers[i]?.failure !== undefined)
    .map((call) => call.id);
  return { plan, answers, broken: new Set(broken) };
}

const inFlight = (): number =>
  Object.values(stage.mocks).reduce((sum, mock) => sum + mock.journal.inFlight(), 0);
const idsOf = (plan: readonly PlannedCall[]): string[] => plan.map((call) => call.id);

describe("the providers' journal and the ledger", () => {
  it('agree on every attempt and every digit of 2,000 mixed calls', async () => {
    const { plan, answers, broken } = await fire(2_000);
    await until(() => inFlight() === 0, { limitMs: 10_000, what: 'the end of every upstream request' });
    const good = answers.filter((answer) => answer.status === 200).length;
    expect(good).toBeGreaterThan(1_500);
    const joined = await joinJournal(stage, idsOf(plan), { prices, broken });
    expect(joined.differences).toEqual([]);
    expect(joined.calls).toBeGreaterThanOrEqual(2_000 - broken.size);
    expect(joined.attempts).toBeGreaterThan(2_000);
  }, 80_000);

  it('agree after a SIGTERM in the middle of 300 calls and a restart', async () => {
    const load = fire(300, 30);
    await until(() => inFlight() >= 8, { what: 'eight calls under way' });
    await stage.gateway().stop();
    const { plan, answers, broken } = await load;
    expect(answers.some((answer) => answer.status === 0)).toBe(true);
    await stage.restart();
    const joined = await joinJournal(stage, idsOf(plan), { prices, broken });
    expect(joined.differences).toEqual([]);
  }, 60_000);
});
