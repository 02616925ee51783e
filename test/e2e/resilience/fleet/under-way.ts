import type { JournalEntry } from '../../../../apps/mock-upstream/src/mock-upstream';

/** The most requests that a provider had at once, of these. */
export function mostUnderWay(entries: readonly JournalEntry[]): number {
  const changes = entries.flatMap(({ receivedAtMs, endedAtMs = Infinity }) => [
    [receivedAtMs, 1] as const,
    [endedAtMs, -1] as const,
  ]);
  let underWay = 0;
  let most = 0;
  // Of the same moment the end comes first: who leaves makes room.
  for (const [, step] of changes.sort(([a, up], [b, down]) => a - b || up - down)) {
    underWay += step;
    most = Math.max(most, underWay);
  }
  return most;
}
