import type { StreamStep } from '../wire/wire-dialect';
import { findCut } from './find-cut';

const steps = (phases: string): StreamStep[] =>
  Array.from(phases, (letter) => ({
    wire: letter,
    phase: ({ s: 'start', c: 'content', x: 'close' } as const)[letter] ?? 'end',
  }));

it.each([
  ['sccccxee', 'connect', 0],
  ['sccccxee', 'headers', 0],
  ['sccccxee', 'start', 1],
  ['sccccxee', 'mid', 3],
  ['sccccxee', 'end', 6],
  ['scxe', 'mid', 2],
  ['see', 'start', 1],
  ['see', 'mid', 1],
  ['', 'end', 0],
] as const)('cuts %s at %s after %i steps', (phases, where, count) => {
  expect(findCut(where, steps(phases))).toBe(count);
});
