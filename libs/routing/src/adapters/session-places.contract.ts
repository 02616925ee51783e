import { randomBytes } from 'node:crypto';
import type { SessionPlaces } from '../domain/session-places';

const keyOf = (): string => randomBytes(32).toString('base64url');
const TTL_MS = 60_000;
const A = { credentialId: 'a/k1', model: 'm' };
const B = { credentialId: 'b/"k2"', model: 'meta/llama\u00e4-3' };

/** A store, and how its own time passes. */
export interface OpenedPlaces {
  readonly places: SessionPlaces;
  readonly wait: (ms: number) => Promise<void>;
}

/** What every memory of sessions does. */
export function describeSessionPlaces(title: string, open: () => Promise<OpenedPlaces>): void {
  describe(`places of sessions (${title})`, () => {
    it('knows nothing of a session that it was not told of', async () => {
      const { places } = await open();
      expect(await places.find(keyOf())).toBeUndefined();
    });

    it('gives back the place at once, and the latest one', async () => {
      const { places, wait } = await open();
      const [one, other] = [keyOf(), keyOf()];
      places.remember(one, A, TTL_MS);
      places.remember(other, B, TTL_MS);
      expect([await places.find(one), await places.find(other)]).toEqual([A, B]);
      await wait(40);
      places.remember(one, B, TTL_MS);
      expect(await places.find(one)).toEqual(B);
      await wait(40);
      expect([await places.find(one), await places.find(other)]).toEqual([B, B]);
    });

    it('forgets a session that paused for too long, counted from its last call', async () => {
      const { places, wait } = await open();
      const [alive, paused] = [keyOf(), keyOf()];
      places.remember(alive, A, 300);
      places.remember(paused, A, 300);
      await wait(200);
      places.remember(alive, A, 300);
      await wait(200);
      expect([await places.find(alive), await places.find(paused)]).toEqual([A, undefined]);
    });
  });
}
