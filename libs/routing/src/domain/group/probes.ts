/** Probes of a replica that died are given up after this time; a living one renews them. */
export const LEASE_MS = 30_000;
/** When to ask again while somebody else is trying. */
export const RECHECK_MS = 250;

/** Leases under way by their ids, with the epoch milliseconds at which each is given up. */
export type Leases = Readonly<Record<string, number>>;

export const NO_LEASES: Leases = {};

/** The ones that somebody still holds. */
export function heldLeases(leases: Leases, nowMs: number): Leases {
  const held = Object.entries(leases).filter(([, untilMs]) => untilMs > nowMs);
  return held.length === Object.keys(leases).length ? leases : Object.fromEntries(held);
}

/** With one more, or one more while; the expired ones are dropped. */
export const withLease = (leases: Leases, lease: string, nowMs: number): Leases => ({
  ...heldLeases(leases, nowMs),
  [lease]: nowMs + LEASE_MS,
});

export function withoutLease(leases: Leases, lease: string): Leases {
  if (!Object.hasOwn(leases, lease)) return leases;
  return Object.fromEntries(Object.entries(leases).filter(([id]) => id !== lease));
}
