import { KeyStore, type Principal } from '../domain/principal';

/** Keys of one process, by digest: the twin of the Postgres store for tests and embedded use. */
export class MemoryKeyStore extends KeyStore {
  readonly #byDigest = new Map<string, Principal>();

  put(digest: Buffer, principal: Principal): void {
    this.#byDigest.set(digest.toString('hex'), principal);
  }

  findByDigest(digest: Buffer): Promise<Principal | undefined> {
    return Promise.resolve(this.#byDigest.get(digest.toString('hex')));
  }
}
