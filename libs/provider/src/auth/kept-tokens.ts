import type { Clock } from '@turnpike/kernel';
import type { Credential } from '../domain/target';
import { KeptToken, type FreshToken } from './kept-token';

/** One kept token per credential; those of a configuration that was replaced go with it. */
export class KeptTokens<T> {
  private readonly kept = new WeakMap<Credential, KeptToken<T>>();

  constructor(private readonly clock: Clock) {}

  take(credential: Credential, limitMs: number, fetch: () => Promise<FreshToken<T>>): T | Promise<T> {
    let token = this.kept.get(credential);
    if (!token) this.kept.set(credential, (token = new KeptToken(fetch, this.clock)));
    return token.take(limitMs);
  }

  drop(credential: Credential, sinceMs: number): boolean {
    return this.kept.get(credential)?.drop(sinceMs) ?? false;
  }
}
