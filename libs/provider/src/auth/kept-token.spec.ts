import { CredentialFailure } from '../domain/authorizer';
import { KeptToken, type FreshToken } from './kept-token';

const HOUR_MS = 3_600_000;

/** A token service that says what a test wants, and a clock that a test moves. */
function stage(lifeMs = HOUR_MS) {
  const state = { nowMs: 1_000_000, asked: 0, failing: false, hold: false };
  const waiting: (() => void)[] = [];
  const fetch = async (): Promise<FreshToken<string>> => {
    const n = ++state.asked;
    if (state.hold) await new Promise<void>((resolve) => waiting.push(resolve));
    if (state.failing) throw new CredentialFailure('refused', `no ${n}`);
    return { value: `t${n}`, ...(lifeMs === Infinity ? {} : { expiresAtMs: state.nowMs + lifeMs }) };
  };
  const token = new KeptToken(fetch, () => state.nowMs);
  return { state, token, release: () => waiting.splice(0).forEach((go) => go()) };
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

describe('KeptToken', () => {
  it('fetches once for all who wait, and answers without a promise from then on', async () => {
    const { state, token, release } = stage();
    state.hold = true;
    const taken = [token.take(1_000), token.take(1_000), token.take(1_000)];
    release();
    expect(await Promise.all(taken.map(async (each) => each))).toEqual(['t1', 't1', 't1']);
    expect([token.take(1_000), state.asked]).toEqual(['t1', 1]);
  });

  it('is replaced five minutes before its end, beside the calls', async () => {
    const { state, token } = stage();
    await token.take(1_000);
    state.nowMs += HOUR_MS - 301_000;
    expect([token.take(1_000), state.asked]).toEqual(['t1', 1]);
    state.nowMs += 2_000;
    expect([token.take(1_000), token.take(1_000), state.asked]).toEqual(['t1', 't1', 2]);
    await settle();
    expect(token.take(1_000)).toBe('t2');
  });

  it('is not sent in its last seconds', async () => {
    const { state, token } = stage();
    await token.take(1_000);
    state.nowMs += HOUR_MS - 29_000;
    expect(await token.take(1_000)).toBe('t2');
  });

  it('outlives a refresh that fails, and asks again after a pause', async () => {
    const { state, token } = stage();
    await token.take(1_000);
    state.failing = true;
    state.nowMs += HOUR_MS - 200_000;
    expect(token.take(1_000)).toBe('t1');
    await settle();
    expect([token.take(1_000), state.asked]).toEqual(['t1', 2]);
    state.nowMs += 2_001;
    state.failing = false;
    expect(token.take(1_000)).toBe('t1');
    await settle();
    expect([token.take(1_000), state.asked]).toEqual(['t3', 3]);
  });

  it('tells everybody of a refusal, and does not ask again at once', async () => {
    const { state, token } = stage();
    state.failing = true;
    await expect(token.take(1_000)).rejects.toThrow('no 1');
    await expect(token.take(1_000)).rejects.toThrow('no 1');
    state.nowMs += 2_001;
    await expect(token.take(1_000)).rejects.toThrow('no 2');
    expect(state.asked).toBe(2);
  });

  it('lets those go who cannot wait, and keeps what comes for the next', async () => {
    const { state, token, release } = stage();
    state.hold = true;
    const failure: unknown = await Promise.resolve(token.take(5)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'unreachable' });
    release();
    await settle();
    expect([token.take(1_000), state.asked]).toEqual(['t1', 1]);
  });

  it('keeps what does not expire', async () => {
    const { state, token } = stage(Infinity);
    await token.take(1_000);
    state.nowMs += 1_000 * HOUR_MS;
    expect([token.take(1_000), state.asked]).toEqual(['t1', 1]);
  });

  it('works with tokens that live for seconds', async () => {
    const { state, token } = stage(2_000);
    await token.take(1_000);
    expect(token.take(1_000)).toBe('t1');
    state.nowMs += 1_950;
    expect(await token.take(1_000)).toBe('t2');
  });

  it('drops what was refused, unless it was fetched since', async () => {
    const { state, token } = stage();
    expect(token.drop(state.nowMs)).toBe(false);
    await token.take(1_000);
    expect(token.drop(state.nowMs)).toBe(false);
    expect(token.take(1_000)).toBe('t1');
    expect(token.drop(state.nowMs + 1)).toBe(true);
    expect(await token.take(1_000)).toBe('t2');
  });
});
