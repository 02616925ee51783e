/** Milliseconds since the epoch. Injected everywhere, so that decisions can be replayed. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** RFC 3339 in UTC with milliseconds. */
export const toRfc3339 = (ms: number): string => new Date(ms).toISOString();
