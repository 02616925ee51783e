import type { Failure } from '@turnpike/protocol';
import { alarmLog } from './alarm-log';

const T0 = 1_750_000_000_000;
const place = { provider: 'p', credentialId: 'p/k', quotaGroup: 'p/k', model: 'm' };
const failure = (kind: Failure['class'], more: Partial<Failure> = {}): Failure => ({
  class: kind,
  scope: 'credential',
  provenance: 'heuristic',
  status: 401,
  reason: 'refused',
  vendor: { message: 'the text of a vendor is not logged' },
  ...more,
});

function opened() {
  const lines: { fields: object; message: string }[] = [];
  let nowMs = T0;
  const log = {
    error: (fields: object, message: string) => void lines.push({ fields, message }),
    warn: () => undefined,
  };
  const tell = alarmLog(log, () => nowMs);
  return { lines, tell, pass: (ms: number) => (nowMs += ms) };
}

it('says who, why and until when, without the words of the vendor', () => {
  const { lines, tell } = opened();
  tell(place, failure('credit', { status: 402, wakeAtMs: T0 + 3_600_000 }));
  expect(lines).toEqual([
    {
      fields: {
        provider: 'p',
        credential: 'p/k',
        model: 'm',
        class: 'credit',
        reason: 'refused',
        status: 402,
        until: new Date(T0 + 3_600_000).toISOString(),
      },
      message: 'a provider account has no credit left: its quota group is not used',
    },
  ]);
});

it('tells the same once in ten minutes, and other trouble at once', () => {
  const { lines, tell, pass } = opened();
  for (let i = 0; i < 100; i++) tell(place, failure('auth'));
  tell({ ...place, model: 'n' }, failure('auth'));
  tell(place, failure('target_gone'));
  expect(lines).toHaveLength(3);
  pass(10 * 60_000);
  tell(place, failure('auth'));
  expect(lines).toHaveLength(4);
});
