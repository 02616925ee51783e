import type { JournalEntry, LimitPoolOptions } from '../../../apps/mock-upstream/src/mock-upstream';
import { inParallel } from '../stage/ask';
import { PATHS, warmUp, type Dialect } from './fleet/ask-fleet';
import { Figures, IS_LONG, lasting, tally } from './fleet/figures';
import { fleetConfig, providerAt } from './fleet/fleet-config';
import { offerLoad } from './fleet/offer-load';
import { mockOf, openFleet, troublesOf, type Fleet } from './fleet/open-fleet';

const RPM = 600;
/** So many tokens has a call, so that its limit is as many calls. */
const INPUT = 100;
const OUTPUT = 50;
const TPM = RPM * (INPUT + OUTPUT);
const OFFERED = 3;
/** Until what was saved up is used and everybody knows the limits. */
const WARM_UP_MS = lasting(5_000, 60_000);
/** Whole sliding minutes, so that it does not matter where in them a limit was used up. */
const MEASURED_MS = lasting(16_000, 183_000);
/** What is left in a provider's bucket when the fleet meets it: a few calls. Else it would take half a minute to empty it. */
const LEFT = 20;

interface Variant {
  readonly name: string;
  readonly dialect: Dialect;
  readonly unit: 'rpm' | 'tpm';
  /** The configuration states the limit, and the provider says nothing of it; else the provider's headers alone tell. */
  readonly isConfigured: boolean;
}

const variants = (unit: Variant['unit']): Variant[] => [
  { name: `${unit}-openai-learned`, dialect: 'chat', unit, isConfigured: false },
  { name: `${unit}-anthropic-learned`, dialect: 'messages', unit, isConfigured: false },
  { name: `${unit}-configured`, dialect: 'chat', unit, isConfigured: true },
];
const VARIANTS = [...variants('rpm'), ...variants('tpm')];

/** Two credentials share one pool at the provider and one group here. */
const keysOf = ({ name }: Variant): string[] => [`key-${name}-1`, `key-${name}-2`];

function poolOf(variant: Variant): LimitPoolOptions {
  const { unit, isConfigured, dialect } = variant;
  return {
    name: variant.name,
    credentials: keysOf(variant),
    headers: isConfigured ? 'none' : dialect === 'chat' ? 'openai' : 'anthropic',
    ...(unit === 'rpm' ? { rpm: RPM } : { tpm: TPM }),
  };
}

const credentialsOf = (variant: Variant): object[] =>
  keysOf(variant).map((apiKey, i) => ({
    name: `c${i + 1}`,
    apiKey,
    quotaGroup: variant.name,
    ...(variant.isConfigured ? { limits: variant.unit === 'rpm' ? { rpm: RPM } : { tpm: TPM } } : {}),
  }));

const figures = new Figures(
  `R6: ${OFFERED} times the limit of ${RPM} calls per minute, two credentials, three gateways`,
);
let fleet: Fleet;

beforeAll(async () => {
  fleet = await openFleet({
    mocks: { limited: { limits: VARIANTS.map(poolOf) } },
    config: (mocks) =>
      fleetConfig(
        Object.fromEntries<unknown>([
          ['free', providerAt(mockOf({ mocks }, 'limited'), 'chat', [{ name: 'c1', apiKey: 'key-free' }])],
          ...VARIANTS.map((variant): [string, unknown] => [
            variant.name,
            providerAt(mockOf({ mocks }, 'limited'), variant.dialect, credentialsOf(variant)),
          ]),
        ]),
        Object.fromEntries(
          ['free', ...VARIANTS.map(({ name }) => name)].map((name) => [
            name,
            { targets: [`${name}/m-${name}`] },
          ]),
        ),
      ),
  });
  await warmUp(fleet, 'free');
}, 120_000);
afterAll(async () => {
  figures.print();
  await fleet?.close();
  expect(troublesOf(fleet)).toEqual([]);
}, 60_000);

/** About as long as the provider will say that it is, what is around it included. */
const WORDS = 'word '.repeat((INPUT * 4) / 5 - 24);

function revokeFirst(all: readonly Variant[]): void {
  mockOf(fleet, 'limited').script(
    all.map((variant) => ({ match: { credential: keysOf(variant)[0] }, plan: { fault: '401' } })),
  );
}

/** Uses up what the provider has saved up, around the gateways. A configured limit is the whole minute's. */
async function drain(variant: Variant): Promise<void> {
  const { dialect, unit, isConfigured } = variant;
  if (isConfigured) return;
  const calls = unit === 'rpm' ? RPM - LEFT : 1;
  const used = unit === 'rpm' ? 'in=1 tokens=1' : `in=${(RPM - LEFT) * (INPUT + OUTPUT)} tokens=1`;
  await inParallel(Array.from({ length: calls }), 10, async () => {
    const answer = await fetch(`${mockOf(fleet, 'limited').url}${PATHS[dialect]}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keysOf(variant)[0]}`, 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({
        model: 'drain',
        max_tokens: 10,
        messages: [{ role: 'user', content: `[[mock: ${used} lax=1]]` }],
      }),
    });
    await answer.text();
  });
}

interface Dispatches {
  readonly served: number;
  readonly refused: number;
}

function countIn(entries: readonly JournalEntry[], fromMs: number, untilMs: number): Dispatches {
  const within = entries.filter(({ admission }) => {
    const at = admission?.atMs ?? 0;
    return at >= fromMs && at < untilMs;
  });
  const served = within.filter(({ admission }) => admission?.admitted).length;
  return { served, refused: within.length - served };
}

async function exceed(variant: Variant): Promise<void> {
  const startedAtMs = Date.now();
  const told = await offerLoad(fleet, {
    perSecond: (OFFERED * RPM) / 60,
    forMs: WARM_UP_MS + MEASURED_MS,
    question: () => ({
      model: variant.name,
      dialect: variant.dialect,
      prompt: `[[mock: in=${INPUT} tokens=${OUTPUT}]] ${WORDS}`,
      members: { max_tokens: 2 * OUTPUT },
    }),
  });
  const entries = mockOf(fleet, 'limited').journal.entries.filter(
    ({ model }) => model === `m-${variant.name}`,
  );
  // A configured limit may be used up at once and is then waited for: of its first minute all counts.
  const isOneMinute = variant.isConfigured && !IS_LONG;
  const fromMs = isOneMinute ? startedAtMs : startedAtMs + WARM_UP_MS;
  const untilMs = startedAtMs + WARM_UP_MS + MEASURED_MS;
  const { served, refused } = countIn(entries, fromMs, untilMs);
  const limit = isOneMinute ? RPM : (RPM * (untilMs - fromMs)) / 60_000;
  const used = tally(entries.map(({ credential = '' }) => credential.slice(-1)));
  figures.add(variant.name, {
    offered: told.length,
    dispatched: served + refused,
    'refused by the provider': refused,
    share: refused / (served + refused),
    goodput: served / limit,
    'by credential': used,
    'in all': countIn(entries, 0, Infinity),
    answers: tally(told.map(({ status }) => status)),
  });
  expect(told.flatMap(({ failure }) => failure ?? [])).toEqual([]);
  expect(Object.keys(used)).toEqual(['1', '2']);
  expect(refused / (served + refused)).toBeLessThanOrEqual(0.01);
  expect(served / limit).toBeGreaterThanOrEqual(0.95);
  // Whoever was not served was told so as a limit, with a time.
  const others = told.filter(({ status }) => status !== 200);
  expect(others.map(({ status, headers }) => [status, Number(headers['retry-after']) > 0])).toEqual(
    others.map(() => [429, true]),
  );
}

it.each(['rpm', 'tpm'] as const)(
  '%s: a limit is kept to before it refuses, and used up',
  async (unit) => {
    const all = variants(unit);
    for (const variant of all) await drain(variant);
    // From then on the other credential serves, and the pool is the same.
    const revoked = setTimeout(() => revokeFirst(all), WARM_UP_MS + MEASURED_MS / 2);
    const settled = await Promise.allSettled(all.map(exceed));
    clearTimeout(revoked);
    for (const each of settled) if (each.status === 'rejected') throw each.reason;
  },
  400_000,
);
