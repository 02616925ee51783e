/** What was let through in one slot of time. */
interface Sent {
  readonly atMs: number;
  readonly need: number;
}

/** What was taken from a bucket in the last seconds, oldest first: some of it may not have reached the provider yet. */
export type SentLately = readonly Sent[];

const SLOT_MS = 200;
/** Answers whose headers come later than this find what was sent meanwhile counted by them. */
const KEPT_MS = 5_000;

/** What is not too long ago. */
export const lately = (sent: SentLately, nowMs: number): SentLately =>
  sent.some(({ atMs }) => atMs <= nowMs - KEPT_MS) ? sent.filter(({ atMs }) => atMs > nowMs - KEPT_MS) : sent;

/** With one more call. */
export function withSent(sent: SentLately, need: number, nowMs: number): SentLately {
  const kept = lately(sent, nowMs);
  const last = kept[kept.length - 1];
  const atMs = nowMs - (nowMs % SLOT_MS);
  if (last && last.atMs >= atMs) return [...kept.slice(0, -1), { atMs: last.atMs, need: last.need + need }];
  return [...kept, { atMs, need }];
}

/** What was let through at or after that moment, its whole slot included. */
export const sentSince = (sent: SentLately, sinceMs: number): number =>
  sent.reduce((sum, { atMs, need }) => (atMs + SLOT_MS > sinceMs ? sum + need : sum), 0);
