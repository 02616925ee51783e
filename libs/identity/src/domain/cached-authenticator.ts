import { hash } from 'node:crypto';
import { GatewayError } from '@turnpike/kernel';
import type { DigestKey } from './digest-key';
import { LookupCache, type LookupCacheOptions } from './lookup-cache';
import { Authenticator, type KeyKind, type KeyStore, type Principal } from './principal';
import { KEY_PREFIXES, parseKey } from './virtual-key';

export interface CachedAuthenticatorOptions {
  readonly store: KeyStore;
  readonly digest: DigestKey;
  /** Kinds of key that may enter here; others are refused before any store is asked. */
  readonly accepts: readonly KeyKind[];
  readonly cache?: Partial<LookupCacheOptions>;
  /** Told once per change whether the store answers. */
  readonly onStoreState?: (available: boolean, error?: unknown) => void;
}

/**
 * Under what an answer is kept in this process: the whole SHA-256 of the whole key, in one call without a hash object.
 * The digest under the pepper, the only form that leaves the process, costs ten times as much and is for the store.
 */
const fingerprint = (key: string): string => hash('sha256', key, 'base64');

/** Cache, checksum, kind, digest, store, in this order; expiry and revocation are judged at each use. */
export class CachedAuthenticator extends Authenticator {
  readonly #cache: LookupCache<Principal>;
  /** What a connection said last, for as long as it lasts: hashing the same key for each of its requests is dear. */
  readonly #said = new WeakMap<object, { readonly key: string; readonly print: string }>();
  #available = true;

  constructor(private readonly options: CachedAuthenticatorOptions) {
    super();
    this.#cache = new LookupCache((key) => this.#find(key), options.cache);
  }

  /**
   * At once when the key is cached; throws at once what the key alone tells.
   * @throws GatewayError malformed_key | wrong_key_kind | unknown_key | revoked_key | expired_key | store_unavailable
   */
  authenticate(key: string, nowMs: number, connection?: object): Principal | Promise<Principal> {
    // Only whole keys that the store knows are kept, so what is found there has its checksum.
    const print = this.#printOf(key, connection);
    const cached = this.#cache.peek(print, nowMs);
    if (cached) return this.#judge(cached, nowMs);
    const parsed = parseKey(key);
    if (!parsed) throw malformedKey();
    this.#requireKind(parsed.kind);
    const known = this.#cache.get(print, nowMs, key);
    if (!(known instanceof Promise)) return this.#judge(known, nowMs);
    return known.then(
      (principal) => this.#judge(principal, nowMs),
      (cause: unknown) => {
        throw new GatewayError(
          'store_unavailable',
          'Keys cannot be checked at the moment (gateway). Try again soon.',
          {
            cause,
          },
        );
      },
    );
  }

  #printOf(key: string, connection: object | undefined): string {
    const said = connection && this.#said.get(connection);
    if (said?.key === key) return said.print;
    const print = fingerprint(key);
    if (connection) this.#said.set(connection, { key, print });
    return print;
  }

  /** Also drops the memory of unknown keys: a created key may have been tried too early. */
  forget(keyId: string): void {
    this.#cache.forget((principal) => principal.keyId === keyId);
  }

  async #find(key: string): Promise<Principal | undefined> {
    try {
      const principal = await this.options.store.findByDigest(this.options.digest(key));
      this.#tell(true);
      return principal;
    } catch (error) {
      this.#tell(false, error);
      throw error;
    }
  }

  #tell(available: boolean, error?: unknown): void {
    if (available === this.#available) return;
    this.#available = available;
    this.options.onStoreState?.(available, error);
  }

  #requireKind(kind: KeyKind): void {
    if (this.options.accepts.includes(kind)) return;
    const wanted = this.options.accepts.map((accepted) => `${KEY_PREFIXES[accepted]}...`).join(' or ');
    const message = `A key that starts with ${KEY_PREFIXES[kind]} (${kind}) is not for this endpoint; use a ${wanted} key.`;
    throw new GatewayError('wrong_key_kind', message);
  }

  #judge(principal: Principal | undefined, nowMs: number): Principal {
    if (!principal) {
      throw new GatewayError(
        'unknown_key',
        'This key is not known here. Check that it belongs to this gateway.',
      );
    }
    if (principal.revoked) {
      throw new GatewayError(
        'revoked_key',
        `The key ending in ${principal.last4} was revoked. Ask for a new one.`,
      );
    }
    if (principal.expiresAtMs !== undefined && principal.expiresAtMs <= nowMs) {
      const at = new Date(principal.expiresAtMs).toISOString();
      throw new GatewayError(
        'expired_key',
        `The key ending in ${principal.last4} expired at ${at}. Ask for a new one.`,
      );
    }
    this.#requireKind(principal.kind);
    return principal;
  }
}

/** The text of the key is not repeated: it may be someone else's secret. */
export function malformedKey(): GatewayError {
  return new GatewayError(
    'malformed_key',
    'This is not a Turnpike key: keys start with tpk_, tpa_ or tpf_ and end in a checksum. Was it cut or changed when copied?',
  );
}
