import type { Entry } from '../../domain/group/group-state';
import { UsedAlone } from './used-alone';

const NOW_MS = 1_790_000_000_000;
const SECOND = NOW_MS / 1_000;
const entry = (more: Partial<Entry> = {}): Entry => ({
  place: { credentialId: 'key', model: 'model' },
  lease: 'lease',
  demand: { inputTokens: 60, outputTokens: 40 },
  force: false,
  ...more,
});
const settled = (more: { tokens?: number; requests?: number; day?: string; ageMs?: number }) =>
  ({ kind: 'settled', lease: 'lease', ageMs: 0, tokens: 0, requests: 0, ...more }) as const;

describe('UsedAlone', () => {
  it('counts what is limited, and nothing else', () => {
    const used = new UsedAlone();
    used.entered(entry(), NOW_MS);
    used.entered(entry({ limits: { concurrency: 1 } }), NOW_MS);
    expect(used.isEmpty).toBe(true);
    used.entered(entry({ limits: { rpm: 1 } }), NOW_MS);
    used.entered(entry({ limits: { tpm: 1, tpd: 1 }, day: { id: '2026-01-01', leftMs: 1 } }), NOW_MS);
    expect(used.minute(NOW_MS)).toEqual([{ second: SECOND, requests: 2, tokens: 200 }]);
    expect(used.today).toEqual({ id: '2026-01-01', requests: 1, tokens: 100 });
  });

  it('gives back what calls did not use, in the second in which it was counted, even below zero', () => {
    const used = new UsedAlone();
    used.entered(entry({ limits: { tpm: 1 } }), NOW_MS);
    used.heard(settled({ tokens: -90, ageMs: 5_000, day: '2026-01-01' }), NOW_MS);
    used.heard(settled({ tokens: -100, requests: 1 }), NOW_MS);
    expect(used.minute(NOW_MS)).toEqual([
      { second: SECOND - 5, requests: 0, tokens: -90 },
      { second: SECOND, requests: 0, tokens: 0 },
    ]);
    expect([used.today, used.freed]).toEqual([{ id: '2026-01-01', requests: 0, tokens: -90 }, ['lease']]);
  });

  it('forgets minutes that are over, and days that have ended', () => {
    const used = new UsedAlone();
    const at = (id: string) => entry({ limits: { rpm: 1, rpd: 1 }, day: { id, leftMs: 1 } });
    used.entered(at('2026-01-01'), NOW_MS);
    used.entered(at('2026-01-02'), NOW_MS + 62_000);
    used.entered(at('2026-01-01'), NOW_MS + 62_000);
    expect(used.minute(NOW_MS + 62_000)).toEqual([{ second: SECOND + 62, requests: 2, tokens: 200 }]);
    expect(used.today).toEqual({ id: '2026-01-02', requests: 1, tokens: 100 });
  });

  it('takes back what could not be told', () => {
    const [told, since] = [new UsedAlone(), new UsedAlone()];
    for (const used of [told, since]) {
      used.entered(entry({ limits: { rpm: 1, rpd: 1 }, day: { id: '2026-01-01', leftMs: 1 } }), NOW_MS);
      used.free('lease');
    }
    since.add(told);
    expect(since.minute(NOW_MS)).toEqual([{ second: SECOND, requests: 2, tokens: 200 }]);
    expect([since.today?.requests, since.freed]).toEqual([2, ['lease']]);
  });
});
