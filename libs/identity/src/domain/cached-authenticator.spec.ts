import { GatewayError, type ErrorReason } from '@turnpike/kernel';
import { MemoryKeyStore } from '../adapters/memory-key-store';
import { CachedAuthenticator } from './cached-authenticator';
import { createKeyDigest } from './digest-key';
import type { Principal } from './principal';
import { mintKey } from './virtual-key';

const digest = createKeyDigest('0123456789abcdef0123456789abcdef');

class CountingStore extends MemoryKeyStore {
  calls = 0;
  failure: Error | undefined;

  override findByDigest(wanted: Buffer): Promise<Principal | undefined> {
    this.calls += 1;
    return this.failure ? Promise.reject(this.failure) : super.findByDigest(wanted);
  }
}

const principalOf = (key: string, more: Partial<Principal> = {}): Principal => ({
  keyId: '01890000-0000-7000-8000-000000000001',
  last4: key.slice(-4),
  kind: 'developer',
  owner: { kind: 'person', id: '01890000-0000-7000-8000-000000000002', label: 'dev@example.com' },
  projects: [],
  revoked: false,
  ...more,
});

function setUp(more: Partial<Principal> = {}) {
  const store = new CountingStore();
  const key = mintKey('developer');
  store.put(digest(key), principalOf(key, more));
  const states: boolean[] = [];
  const onStoreState = (available: boolean): number => states.push(available);
  const authenticator = new CachedAuthenticator({ store, digest, accepts: ['developer'], onStoreState });
  return { store, key, authenticator, states };
}

/** The error of a call that throws at once or later; fails when there is none. */
async function refusalOf(call: () => unknown): Promise<GatewayError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const reasonOf = async (call: () => unknown): Promise<ErrorReason> => (await refusalOf(call)).reason;

describe('CachedAuthenticator', () => {
  it('takes no key for another that came by the same connection, nor what was forgotten since', async () => {
    const { store, key, authenticator } = setUp();
    const other = mintKey('developer');
    const connection = {};
    const first = await authenticator.authenticate(key, 0, connection);
    expect(authenticator.authenticate(key, 1, connection)).toBe(first);
    expect(await reasonOf(() => authenticator.authenticate(other, 2, connection))).toBe('unknown_key');
    expect(await reasonOf(() => authenticator.authenticate('tpk_short', 3, connection))).toBe(
      'malformed_key',
    );
    expect(authenticator.authenticate(key, 4, connection)).toBe(first);
    store.put(digest(key), principalOf(key, { revoked: true }));
    authenticator.forget(first.keyId);
    expect(await reasonOf(() => authenticator.authenticate(key, 5, connection))).toBe('revoked_key');
  });

  it('asks the store once, then answers synchronously until the record is 15 s old', async () => {
    const { store, key, authenticator } = setUp();
    const first = await authenticator.authenticate(key, 0);
    expect(authenticator.authenticate(key, 14_999)).toBe(first);
    expect(store.calls).toBe(1);
    await authenticator.authenticate(key, 15_000);
    expect(store.calls).toBe(2);
  });

  it('never asks the store for malformed keys or for kinds that have no business here', async () => {
    const { store, key, authenticator } = setUp();
    for (const text of ['', 'sk-ant-api03-x', `${key}x`, key.replace('tpk_', 'tpa_'), 'tpk_']) {
      const error = await refusalOf(() => authenticator.authenticate(text, 0));
      expect(error.reason).toBe('malformed_key');
      if (text.length > 4) expect(error.message).not.toContain(text);
    }
    expect(await reasonOf(() => authenticator.authenticate(mintKey('admin'), 0))).toBe('wrong_key_kind');
    expect(store.calls).toBe(0);
  });

  it('refuses unknown keys from memory', async () => {
    const { store, authenticator } = setUp();
    const key = mintKey('developer');
    expect(await reasonOf(() => authenticator.authenticate(key, 0))).toBe('unknown_key');
    expect(await reasonOf(() => authenticator.authenticate(key, 1))).toBe('unknown_key');
    expect(store.calls).toBe(1);
  });

  it('judges expiry at each use of a cached record', async () => {
    const { store, key, authenticator } = setUp({ expiresAtMs: 1_000 });
    await authenticator.authenticate(key, 999);
    expect(await reasonOf(() => authenticator.authenticate(key, 1_000))).toBe('expired_key');
    expect(store.calls).toBe(1);
  });

  it('refuses a revoked key at the next request once told', async () => {
    const { store, key, authenticator } = setUp();
    const { keyId } = await authenticator.authenticate(key, 0);
    store.put(digest(key), principalOf(key, { revoked: true }));
    authenticator.forget(keyId);
    const error = await refusalOf(() => authenticator.authenticate(key, 1));
    expect(error.reason).toBe('revoked_key');
    expect(error.message).not.toContain(key);
  });

  it('refuses a record whose kind does not belong to its prefix', async () => {
    const { key, authenticator } = setUp({ kind: 'admin' });
    expect(await reasonOf(() => authenticator.authenticate(key, 0))).toBe('wrong_key_kind');
  });

  it('bridges a dead store for 15 minutes, says so once, and admits that it cannot know other keys', async () => {
    const { store, key, authenticator, states } = setUp();
    await authenticator.authenticate(key, 0);
    store.failure = new Error('connection refused');
    for (const atMs of [20_000, 60_000, 900_000]) await authenticator.authenticate(key, atMs);
    expect(await reasonOf(() => authenticator.authenticate(key, 901_001))).toBe('store_unavailable');
    expect(await reasonOf(() => authenticator.authenticate(mintKey('developer'), 0))).toBe(
      'store_unavailable',
    );
    store.failure = undefined;
    await authenticator.authenticate(key, 910_000);
    expect(states).toEqual([false, true]);
  });
});
