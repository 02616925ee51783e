import type { CutFault } from '../script/plan';
import type { StreamStep } from '../wire/wire-dialect';

export type CutHow = 'drop' | 'eof' | 'error' | 'stall';
export type CutWhere = 'connect' | 'headers' | 'start' | 'mid' | 'end';

/** Takes `drop:mid` apart. */
export function readCut(cut: CutFault): { how: CutHow; where: CutWhere } {
  const [how, where] = cut.split(':') as [CutHow, CutWhere];
  return { how, where };
}

const orAll = (at: number, steps: readonly StreamStep[]): number => (at < 0 ? steps.length : at);

/** How many steps of a stream go out before it breaks. `mid` is after half of the content, one piece at least. */
export function findCut(where: CutWhere, steps: readonly StreamStep[]): number {
  const firstEnd = orAll(
    steps.findIndex((step) => step.phase === 'end'),
    steps,
  );
  switch (where) {
    case 'connect':
    case 'headers':
      return 0;
    case 'start':
      return orAll(
        steps.findIndex((step) => step.phase === 'content' || step.phase === 'end'),
        steps,
      );
    case 'end':
      return firstEnd;
    case 'mid': {
      const contents = steps.flatMap((step, i) => (step.phase === 'content' ? [i] : []));
      const last = contents[Math.max(1, contents.length >> 1) - 1];
      return last === undefined ? firstEnd : last + 1;
    }
  }
}
