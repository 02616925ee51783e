import { systemClock, type Clock } from '@turnpike/kernel';
import { SessionPlaces, type SessionPlace } from '../domain/session-places';

/** Clients name sessions: the longest unused ones go beyond this many. */
const MOST_SESSIONS = 50_000;

interface Entry {
  readonly place: SessionPlace;
  readonly untilMs: number;
}

export interface MemorySessionPlacesOptions {
  readonly mostSessions?: number;
  readonly clock?: Clock;
}

/** Sessions of this process. */
export class MemorySessionPlaces extends SessionPlaces {
  /** The longest unused first. */
  readonly #entries = new Map<string, Entry>();
  readonly #most: number;
  readonly #clock: Clock;

  constructor({ mostSessions = MOST_SESSIONS, clock = systemClock }: MemorySessionPlacesOptions = {}) {
    super();
    this.#most = mostSessions;
    this.#clock = clock;
  }

  get size(): number {
    return this.#entries.size;
  }

  find(sessionKey: string): SessionPlace | undefined {
    const entry = this.#entries.get(sessionKey);
    if (!entry) return undefined;
    this.#entries.delete(sessionKey);
    if (entry.untilMs <= this.#clock()) return undefined;
    this.#entries.set(sessionKey, entry);
    return entry.place;
  }

  remember(sessionKey: string, place: SessionPlace, ttlMs: number): void {
    this.#entries.delete(sessionKey);
    if (this.#entries.size >= this.#most) this.#dropOldest();
    this.#entries.set(sessionKey, { place, untilMs: this.#clock() + ttlMs });
  }

  #dropOldest(): void {
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }
}
