/** A project as calls know it. */
export interface ProjectRef {
  readonly id: string;
  readonly slug: string;
}

export type KeyKind = 'developer' | 'admin' | 'finance';

/** Who is calling, and what the key allows. Immutable; shared by all calls of the key while cached. */
export interface Principal {
  readonly keyId: string;
  readonly last4: string;
  readonly kind: KeyKind;
  readonly owner: {
    readonly kind: 'person' | 'service-account';
    readonly id: string;
    readonly label: string;
  };
  readonly teamId?: string;
  readonly defaultProject?: ProjectRef;
  /** Projects this key may name; without a list only its default. */
  readonly projects: readonly ProjectRef[];
  /** Globs matched against the asked name; undefined: every model. */
  readonly allowedModels?: readonly string[];
  readonly expiresAtMs?: number;
  readonly revoked: boolean;
}

/** Where key records come from. Keys are looked up by digest alone. */
export abstract class KeyStore {
  /** `digest`: HMAC-SHA256 of the whole key under the pepper. */
  abstract findByDigest(digest: Buffer): Promise<Principal | undefined>;
}

/** Checksum first, then HMAC, then cache (15 s, negative too, single flight), then the store. */
export abstract class Authenticator {
  /**
   * Answers at once when the key is cached; else a promise. `connection`: what the key came by; one that says the same
   * key again, as agents' connections do with every request, costs less.
   * @throws GatewayError malformed_key | unknown_key | revoked_key | expired_key | wrong_key_kind
   */
  abstract authenticate(key: string, nowMs: number, connection?: object): Principal | Promise<Principal>;
  /** Forgets a key at once, in this process. */
  abstract forget(keyId: string): void;
}
