/** Where a session was served last. */
export interface SessionPlace {
  readonly credentialId: string;
  /** Model at the provider. */
  readonly model: string;
}

export const isSamePlace = (a: SessionPlace | undefined, b: SessionPlace): boolean =>
  a !== undefined && a.credentialId === b.credentialId && a.model === b.model;

/** Remembers where sessions are served. Never rejects: what cannot be looked up is not known. */
export abstract class SessionPlaces {
  abstract find(sessionKey: string): SessionPlace | undefined | Promise<SessionPlace | undefined>;
  /** From now on, for `ttlMs` after the last time. Nobody waits for it. */
  abstract remember(sessionKey: string, place: SessionPlace, ttlMs: number): void;
}
