import { createAccessLog } from './access-log';

const KEY = `tpk_${'a'.repeat(38)}`;
const AT_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 6);

function collect(): { readonly writes: string[]; readonly destination: { write(text: string): void } } {
  const writes: string[] = [];
  return { writes, destination: { write: (text) => void writes.push(text) } };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('createAccessLog', () => {
  it('writes the lines of 100 ms at once, each in the shape of the logger', () => {
    const { writes, destination } = collect();
    const log = createAccessLog({ destination, service: 'gateway' });
    log.write(AT_MS, { callId: 'a', ttftMs: undefined });
    log.write(AT_MS, { callId: 'b' });
    expect(writes).toEqual([]);
    jest.advanceTimersByTime(100);
    const shared = { level: 'info', time: '2026-01-02T03:04:05.006Z', service: 'gateway', msg: 'call' };
    expect(writes).toHaveLength(1);
    expect(
      (writes[0] ?? '')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { ...shared, callId: 'a' },
      { ...shared, callId: 'b' },
    ]);
  });

  it('tells times that are before and behind one another', () => {
    const { writes, destination } = collect();
    const log = createAccessLog({ destination });
    const times = [AT_MS, AT_MS + 993, AT_MS + 994, AT_MS - 7, AT_MS + 86_400_000];
    for (const atMs of times) log.write(atMs, {});
    jest.advanceTimersByTime(100);
    expect(
      writes
        .join('')
        .trimEnd()
        .split('\n')
        .map((line) => /"time":"([^"]+)"/.exec(line)?.[1]),
    ).toEqual(times.map((atMs) => new Date(atMs).toISOString()));
  });

  it('does not wait when many lines are waiting', () => {
    const { writes, destination } = collect();
    const log = createAccessLog({ destination });
    for (let i = 0; i < 70; i++) log.write(AT_MS, { model: 'm'.repeat(1_000) });
    expect(writes).toHaveLength(1);
  });

  it('masks a key that came as a name', () => {
    const { writes, destination } = collect();
    createAccessLog({ destination }).write(AT_MS, { model: KEY });
    jest.advanceTimersByTime(100);
    expect(writes.join('')).toContain('"model":"tpk_[redacted]"');
  });
});
