import { until } from '@turnpike/testing/until';
import { PolledCheck, type CheckState } from './polled-check';

describe('PolledCheck', () => {
  it('follows the dependency and reports each change once', async () => {
    let isUp = true;
    const changes: CheckState[] = [];
    const check = new PolledCheck(() => (isUp ? Promise.resolve() : Promise.reject(new Error('refused'))), {
      everyMs: 5,
      onChange: (state) => changes.push(state),
    });
    expect(check.state.ok).toBe(false);
    await check.start();
    expect(check.state).toEqual({ ok: true });
    isUp = false;
    await until(() => !check.state.ok);
    expect(check.state).toEqual({ ok: false, detail: 'refused' });
    isUp = true;
    await until(() => check.state.ok);
    check.stop();
    expect(changes).toEqual([{ ok: false, detail: 'refused' }, { ok: true }]);
  });

  it('counts a probe that hangs as failed', async () => {
    const check = new PolledCheck(() => new Promise(() => undefined), { everyMs: 1_000, limitMs: 10 });
    await check.start();
    check.stop();
    expect(check.state).toEqual({ ok: false, detail: 'no answer within 10 ms' });
  });
});
