import type { Random } from '@turnpike/kernel';
import type { Strategy } from '../../domain/strategy';

/** Every order is equally likely (Fisher-Yates). Weights play no part. */
export const random: Strategy = <T>(targets: readonly T[], _signals: unknown, next: Random): readonly T[] => {
  const left = [...targets];
  const ordered: T[] = [];
  while (left.length > 0) ordered.push(...left.splice(Math.floor(next() * left.length), 1));
  return ordered;
};
