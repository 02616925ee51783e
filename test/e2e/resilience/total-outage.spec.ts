import type { JournalEntry } from '../../../apps/mock-upstream/src/mock-upstream';
import type { Told } from './fleet/ask-fleet';
import { Figures, lasting, quantile, tally } from './fleet/figures';
import { fleetConfig, providerAt } from './fleet/fleet-config';
import { offerLoad } from './fleet/offer-load';
import { mockOf, openFleet, troublesOf, type Fleet } from './fleet/open-fleet';

const OUTAGE_MS = lasting(15_000, 120_000);
const PER_SECOND = 20;
/** Longer than calls wait in a line. */
const DEADLINE_MS = 5_000;
/** An attempt takes so long to fail that a third one would begin after the deadline. */
const SLOW_MS = 2_600;
/** What the clocks of gateway and provider may disagree by, and the way between them. */
const SLACK_MS = 100;

/** Providers behind each alias, every one of them away. */
const ALIASES = { two: 2, many: 6, slow: 3 } as const;
type Alias = keyof typeof ALIASES;

const figures = new Figures('Every provider answers 503');
let fleet: Fleet;

const namesOf = (alias: Alias): string[] => Array.from({ length: ALIASES[alias] }, (_, n) => `${alias}-${n}`);

beforeAll(async () => {
  fleet = await openFleet({
    mocks: {
      away: {
        rules: [
          { match: { model: 'm-slow' }, plan: { fault: '503', firstByteMs: SLOW_MS } },
          { plan: { fault: '503' } },
        ],
      },
    },
    config: (mocks) => {
      const aliases = Object.keys(ALIASES) as Alias[];
      return fleetConfig(
        Object.fromEntries(
          aliases
            .flatMap(namesOf)
            .map((name) => [
              name,
              providerAt(mockOf({ mocks }, 'away'), 'chat', [{ name: 'c1', apiKey: `key-${name}` }]),
            ]),
        ),
        Object.fromEntries(
          aliases.map((alias) => [alias, { targets: namesOf(alias).map((name) => `${name}/m-${alias}`) }]),
        ),
        { deadlineMs: DEADLINE_MS },
      );
    },
  });
}, 120_000);
afterAll(async () => {
  figures.print();
  await fleet?.close();
  expect(troublesOf(fleet)).toEqual([]);
}, 60_000);

interface Outage {
  readonly told: readonly Told[];
  /** The attempts of each call. */
  readonly attempts: readonly (readonly JournalEntry[])[];
}

async function suffer(alias: Alias, perSecond: number, forMs: number): Promise<Outage> {
  const idOf = (n: number): string => `${alias}-call-${n}`;
  const told = await offerLoad(fleet, {
    perSecond,
    forMs,
    question: (n) => ({ model: alias, prompt: `[[mock: id=${idOf(n)}]]` }),
  });
  const entries = mockOf(fleet, 'away').journal.entries.filter(({ model }) => model === `m-${alias}`);
  const byId = new Map<string, JournalEntry[]>();
  for (const entry of entries) {
    const id = entry.id ?? '';
    byId.set(id, [...(byId.get(id) ?? []), entry]);
  }
  return { told, attempts: told.map((_, n) => byId.get(idOf(n)) ?? []) };
}

function note(alias: Alias, { told, attempts }: Outage): void {
  const made = attempts.map((each) => each.length);
  figures.add(`${alias}: ${ALIASES[alias]} providers`, {
    requests: told.length,
    attempts: made.reduce((a, b) => a + b, 0),
    'attempts/requests': made.reduce((a, b) => a + b, 0) / told.length,
    'most for one': Math.max(...made),
    statuses: tally(told.map(({ status }) => status)),
    'answered after ms p99': quantile(
      told.map(({ sentAtMs, endedAtMs }) => endedAtMs - sentAtMs),
      0.99,
    ),
  });
}

describe('while every provider answers 503', () => {
  it('an outage is not multiplied', async () => {
    const aliases = ['two', 'many'] as const;
    const outages = await Promise.all(aliases.map((alias) => suffer(alias, PER_SECOND, OUTAGE_MS)));
    for (const [i, outage] of outages.entries()) {
      note(aliases[i] ?? 'two', outage);
      const { told, attempts } = outage;
      expect(told.flatMap(({ failure }) => failure ?? [])).toEqual([]);
      expect(Object.keys(tally(told.map(({ status }) => status)))).toEqual(['503']);
      const made = attempts.map((each) => each.length);
      expect(Math.max(...made)).toBeLessThanOrEqual(3);
      expect(made.reduce((a, b) => a + b, 0) / told.length).toBeLessThanOrEqual(1.15);
      // The rest was refused without asking, and told so by the calls' own account.
      expect(told.map(({ headers }) => Number(headers['x-turnpike-attempts'] ?? 0))).toEqual(made);
    }
  }, 200_000);

  it('no attempt begins after the deadline', async () => {
    // Few at a time: nobody's breaker opens before the deadlines are over.
    const outage = await suffer('slow', 4, 1_000);
    note('slow', outage);
    const begun = outage.attempts.flatMap((attempts, n) =>
      attempts.map(({ receivedAtMs }) => receivedAtMs - (outage.told[n]?.sentAtMs ?? 0)),
    );
    expect(Math.max(...begun)).toBeLessThanOrEqual(DEADLINE_MS + SLACK_MS);
    expect(Math.max(...outage.attempts.map((each) => each.length))).toBe(2);
  }, 60_000);
});
