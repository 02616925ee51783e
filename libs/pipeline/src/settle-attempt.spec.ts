import { PriceBook, type UnitPrice } from '@turnpike/billing';
import { NO_USAGE } from '@turnpike/protocol';
import { findProvider, type Target } from '@turnpike/provider';
import type { Progress } from './answers/answer';
import { settleAttempt, type AttemptEvidence, type SettledAttempt } from './settle-attempt';

const PRICE: UnitPrice = { id: 'p1', effectiveFromMs: 0, input: 2_000_000n, output: 4_000_000n };

class OnePrice extends PriceBook {
  readonly version = 'test';

  constructor(private readonly price: UnitPrice | undefined) {
    super();
  }

  find(): UnitPrice | undefined {
    return this.price;
  }
}

const target = { model: 'm', provider: { name: 'p', definition: findProvider('openai') } } as Target;
const progressOf = (more: Partial<Progress>): Progress => ({
  content: true,
  finished: true,
  stop: 'end',
  usage: undefined,
  error: undefined,
  textBytes: 0,
  ...more,
});
const tokens = { ...NO_USAGE, input: 10, output: 5 };

const settle = (
  progress: Partial<Progress> | undefined,
  price: UnitPrice | null = PRICE,
  more: Partial<AttemptEvidence> = {},
): SettledAttempt =>
  settleAttempt(
    {
      target,
      startedAtMs: 1,
      progress: progress && progressOf(progress),
      end: 'delivered',
      status: 200,
      inputEstimate: 3,
      ...more,
    },
    new OnePrice(price ?? undefined),
  );

describe('settleAttempt of operations', () => {
  it.each<[string, SettledAttempt, Partial<SettledAttempt>]>([
    ['tokens', settle({ usage: tokens }), { state: 'measured', costPicoUsd: 40n, unpriced: false }],
    [
      'nothing that anybody bills',
      settle({ metering: { told: 'free' } }),
      { state: 'measured', costPicoUsd: 0n, unpriced: false, lines: [] },
    ],
    [
      'nothing that is told',
      settle({ metering: { told: 'hidden' } }),
      { state: 'estimated', unpriced: true, usage: { ...NO_USAGE, input: 3 } },
    ],
    [
      'nothing that is told, at a price per request',
      settle({ metering: { told: 'hidden' } }, { ...PRICE, input: 0n, perRequest: 7n }),
      { state: 'estimated', unpriced: false, costPicoUsd: 7n },
    ],
    [
      'units without a price',
      settle({ metering: { units: { audio_in: 9 } } }),
      {
        state: 'measured',
        unpriced: true,
        costPicoUsd: 0n,
        lines: [
          {
            meter: 'audio_in',
            quantity: 9,
            unitPriceId: 'unpriced',
            costPicoUsd: 0n,
            confidence: 'measured',
          },
        ],
      },
    ],
    [
      'units of a model that has no price at all',
      settle({ metering: { units: { search: 2 } } }, null),
      { unpriced: true, lines: [expect.objectContaining({ meter: 'search', quantity: 2 }) as never] },
    ],
    [
      'search units at a price per request',
      settle({ metering: { units: { search: 3 } } }, { ...PRICE, perRequest: 100n }),
      { state: 'measured', unpriced: false, costPicoUsd: 300n },
    ],
    [
      'several exchanges at a price per request',
      settle({ usage: tokens, metering: { requests: 4 } }, { ...PRICE, perRequest: 100n }),
      { costPicoUsd: 440n },
    ],
    [
      'answers that came before one was refused',
      settle({ finished: false, content: false, usage: tokens }, PRICE, { end: 'failed', status: 500 }),
      { state: 'measured', costPicoUsd: 40n },
    ],
    [
      'a refusal',
      settle(undefined, PRICE, { end: 'failed', status: 429 }),
      { state: 'unbilled', costPicoUsd: 0n },
    ],
    [
      'a refusal behind an answer that told nothing',
      settle({ finished: false, content: false }, PRICE, { end: 'failed', status: 500 }),
      { state: 'unbilled' },
    ],
  ])('counts %s', (_, settled, expected) => {
    expect(settled).toMatchObject(expected);
  });
});
