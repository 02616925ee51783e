import fc from 'fast-check';
import { PROVIDERS } from '../../registry';
import { quotaDay } from './day-end';

const at = (text: string): number => Date.parse(text);

describe('the day that a provider counts a call to', () => {
  it.each([
    ['Gemini in summer', PROVIDERS.gemini, '2026-07-01T06:59:59.999Z', '2026-06-30', '2026-07-01T07:00:00Z'],
    ['Gemini in winter', PROVIDERS.gemini, '2026-01-15T08:00:00Z', '2026-01-15', '2026-01-16T08:00:00Z'],
    ['the day of 23 hours', PROVIDERS.gemini, '2026-03-08T08:00:00Z', '2026-03-08', '2026-03-09T07:00:00Z'],
    ['the day of 25 hours', PROVIDERS.gemini, '2026-11-01T07:00:00Z', '2026-11-01', '2026-11-02T08:00:00Z'],
    ['Vertex', PROVIDERS.vertex, '2026-01-15T07:59:00Z', '2026-01-14', '2026-01-15T08:00:00Z'],
    ['GLM', PROVIDERS.bigmodel, '2026-05-05T16:00:00Z', '2026-05-06', '2026-05-06T16:00:00Z'],
    ['OpenRouter', PROVIDERS.openrouter, '2026-05-05T23:59:59.999Z', '2026-05-05', '2026-05-06T00:00:00Z'],
    ['whoever says nothing', PROVIDERS.xai, '2026-05-06T00:00:00Z', '2026-05-06', '2026-05-07T00:00:00Z'],
  ])('%s', (_name, definition, now, id, end) => {
    expect(quotaDay(definition, at(now))).toEqual({ id, endsAtMs: at(end) });
  });

  it('is one from the end of the last to its own, in whatever order it is asked for', () => {
    const instant = fc.integer({ min: at('2026-01-01'), max: at('2027-01-01') });
    fc.assert(
      fc.property(instant, fc.nat(90_000_000), (nowMs, laterMs) => {
        const day = quotaDay(PROVIDERS.gemini, nowMs);
        const other = quotaDay(PROVIDERS.gemini, nowMs + laterMs);
        const hours = (day.endsAtMs - nowMs) / 3_600_000;
        expect(hours).toBeGreaterThan(0);
        expect(hours).toBeLessThanOrEqual(25);
        expect(other.id === day.id).toBe(nowMs + laterMs < day.endsAtMs);
        expect(quotaDay(PROVIDERS.gemini, nowMs)).toEqual(day);
      }),
    );
  });

  it('is remembered', () => {
    const nowMs = at('2026-05-05T12:00:00Z');
    const day = quotaDay(PROVIDERS.gemini, nowMs);
    expect(quotaDay(PROVIDERS.gemini, nowMs + 3_600_000)).toBe(day);
  });
});
