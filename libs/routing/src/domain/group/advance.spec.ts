import type { QuotaLimits } from '@turnpike/protocol';
import fc from 'fast-check';
import { minuteUse } from '../minute-window';
import { ADVANCE_MS } from './advance';
import { enterGroup } from './enter-group';
import { FRESH_GROUP, type Entry, type GroupState } from './group-state';

const NOW_MS = 1_790_000_000_000;
const TODAY = { id: 'mon', leftMs: 1_000 };

const entry = (limits: QuotaLimits, more: Partial<Entry> = {}): Entry => ({
  place: { credentialId: 'c', model: 'm' },
  lease: 'l',
  demand: { inputTokens: 60, outputTokens: 40 },
  limits,
  day: TODAY,
  force: false,
  ahead: 64,
  ...more,
});

it.each<[string, QuotaLimits, number]>([
  ['an eighth of what is left', { rpm: 81 }, 10],
  ['as many as are wanted', { rpm: 10_000 }, 64],
  ['as many as all limits have room for', { rpm: 1_000, tpm: 2_500, rpd: 5_000 }, 3],
  ["as many as the day's tokens allow", { rpm: 1_000, tpd: 1_700 }, 2],
  ['none near the limit', { rpm: 8 }, 0],
  ['none where calls under way are limited', { rpm: 1_000, concurrency: 900 }, 0],
  ['none where nothing is limited', {}, 0],
])('counts beforehand %s', (_, limits, ahead) => {
  const found = enterGroup(FRESH_GROUP, entry(limits), NOW_MS);
  expect(found).toMatchObject({ kind: 'entered', ahead });
});

it('counts them in the minute and in the day, where the last may come', () => {
  const atMs = NOW_MS + 900;
  const found = enterGroup(FRESH_GROUP, entry({ rpm: 81, rpd: 10_000 }), atMs);
  expect(found).toMatchObject({
    state: {
      minute: [
        { second: NOW_MS / 1_000, requests: 1, tokens: 100 },
        { second: Math.floor((atMs + ADVANCE_MS) / 1_000), requests: 10, tokens: 1_000 },
      ],
      day: { id: 'mon', requests: 11, tokens: 1_100 },
    },
  });
});

it('never counts beyond a limit, however many ask for however much', () => {
  const limits = { rpm: 300, tpm: 20_000 };
  const asked = fc.record({
    ahead: fc.nat(64),
    tokens: fc.integer({ min: 1, max: 900 }),
    afterMs: fc.nat(40),
  });
  fc.assert(
    fc.property(fc.array(asked, { minLength: 50, maxLength: 400 }), (all) => {
      let state: GroupState = FRESH_GROUP;
      let nowMs = NOW_MS;
      for (const { ahead, tokens, afterMs } of all) {
        nowMs += afterMs;
        const demand = { inputTokens: tokens, outputTokens: 0 };
        const found = enterGroup(state, entry(limits, { ahead, demand }), nowMs);
        if (found.kind === 'entered') state = found.state;
      }
      const used = minuteUse(state.minute, nowMs);
      expect(used.requests).toBeLessThanOrEqual(limits.rpm);
      expect(used.tokens).toBeLessThanOrEqual(limits.tpm);
    }),
  );
});
