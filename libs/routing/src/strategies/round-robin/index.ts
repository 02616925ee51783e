import type { Strategy } from '../../domain/strategy';

/** Each call begins one target further; the others follow in the order of the configuration. */
export const roundRobin: Strategy = (targets, { turn }) => {
  if (targets.length < 2) return targets;
  const start = turn % targets.length;
  return [...targets.slice(start), ...targets.slice(0, start)];
};
