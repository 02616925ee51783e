import type { Strategy } from '../../domain/strategy';

/** The order of the configuration. */
export const priority: Strategy = (targets) => targets;
