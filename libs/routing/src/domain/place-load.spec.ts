import { PlaceLoad } from './place-load';

const T0 = 1_750_000_000_000;
const MINUTE = 60_000;

describe('the time to first token', () => {
  it('is unknown before anything was measured, then a moving average', () => {
    const load = new PlaceLoad();
    expect(load.ttftMs(T0)).toBeUndefined();
    load.measure(1_000, T0);
    expect(load.ttftMs(T0)).toBe(1_000);
    load.measure(2_000, T0);
    expect(load.ttftMs(T0)).toBe(1_200);
    for (let i = 0; i < 50; i++) load.measure(300, T0);
    expect(load.ttftMs(T0)).toBeCloseTo(300, 0);
  });

  it('moves towards nothing as it grows old, so that somebody looks again', () => {
    const load = new PlaceLoad();
    load.measure(1_000, T0);
    expect([5, 10, 20, 21].map((minutes) => load.ttftMs(T0 + minutes * MINUTE))).toEqual([
      500,
      250,
      62.5,
      undefined,
    ]);
    expect(load.ttftMs(T0 - MINUTE)).toBe(1_000);
  });
});

it('the length of answers is a moving average, and a guess before the first', () => {
  const load = new PlaceLoad();
  expect(load.expectedOutput).toBe(500);
  for (let i = 0; i < 60; i++) load.measureOutput(80);
  expect(load.expectedOutput).toBe(80);
});

it('admits everybody until it is refused, then half, then slowly more', () => {
  const load = new PlaceLoad();
  load.inFlight = 8;
  expect(load.admits(T0)).toBe(true);
  for (let i = 0; i < 8; i++) load.refused(T0, T0 + 1 + i);
  expect(load.admits(T0)).toBe(false);
  load.inFlight = 4;
  expect(load.admits(T0)).toBe(false);
  for (let i = 0; i < 5; i++) load.succeeded(T0 + 100);
  expect(load.admits(T0)).toBe(true);
  load.inFlight = 500;
  load.succeeded(T0 + 10 * MINUTE + 1);
  expect(load.admits(T0)).toBe(true);
});
