import { T0 } from '../../testing/groups';
import { heldLeases, LEASE_MS, NO_LEASES, withLease, withoutLease } from './probes';

it('a lease is held until it expires, is given back, or is taken again', () => {
  const leases = withLease(withLease(NO_LEASES, 'a', T0), 'b', T0 + 1_000);
  expect(Object.keys(heldLeases(leases, T0 + LEASE_MS - 1))).toEqual(['a', 'b']);
  expect(Object.keys(heldLeases(leases, T0 + LEASE_MS))).toEqual(['b']);
  expect(withoutLease(leases, 'b')).toEqual({ a: T0 + LEASE_MS });
  expect(withLease(leases, 'b', T0 + LEASE_MS)).toEqual({ b: T0 + 2 * LEASE_MS });
});

it('nothing changes when there is nothing to change', () => {
  const leases = withLease(NO_LEASES, 'a', T0);
  expect(heldLeases(leases, T0)).toBe(leases);
  expect(withoutLease(leases, 'b')).toBe(leases);
  for (const name of ['constructor', '__proto__', 'toString'])
    expect(withoutLease(leases, name)).toBe(leases);
});
