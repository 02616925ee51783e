import type { Json } from '@turnpike/kernel';
import { NO_USAGE, type Usage } from '@turnpike/protocol';
import { countOf, objectOf, objectsOf } from '../../answer';

/** Figures of an answer; undefined when it holds none. Input comes without what was read from or written to caches. */
export function readConverseUsage(value: Json | undefined): Usage | undefined {
  const usage = objectOf(value);
  const input = countOf(usage?.inputTokens);
  const output = countOf(usage?.outputTokens);
  const cacheRead = countOf(usage?.cacheReadInputTokens);
  const written = countOf(usage?.cacheWriteInputTokens);
  if ([input, output, cacheRead, written].every((count) => count === undefined)) return undefined;
  const details = objectsOf(usage?.cacheDetails);
  const writtenFor = (ttl: string): number =>
    details
      .filter((detail) => detail.ttl === ttl)
      .reduce((sum, detail) => sum + (countOf(detail.inputTokens) ?? 0), 0);
  const cacheWrite5m = writtenFor('5m');
  const cacheWrite1h = writtenFor('1h');
  return {
    ...NO_USAGE,
    input: input ?? 0,
    cacheRead: cacheRead ?? 0,
    cacheWrite5m,
    cacheWrite1h,
    cacheWriteUnknownTtl: Math.max(0, (written ?? 0) - cacheWrite5m - cacheWrite1h),
    output: output ?? 0,
  };
}
