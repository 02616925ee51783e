import { MemorySessionPlaces } from './memory-session-places';
import { describeSessionPlaces } from './session-places.contract';

describeSessionPlaces('memory', () => {
  let nowMs = 1_000;
  return Promise.resolve({
    places: new MemorySessionPlaces({ clock: () => nowMs }),
    wait: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
  });
});

describe('MemorySessionPlaces', () => {
  const place = { credentialId: 'a/k', model: 'm' };

  it('is bounded: the longest unused session goes', () => {
    const places = new MemorySessionPlaces({ mostSessions: 2 });
    places.remember('one', place, 1_000);
    places.remember('two', place, 1_000);
    places.find('one');
    places.remember('three', place, 1_000);
    expect(['one', 'two', 'three'].map((key) => places.find(key))).toEqual([place, undefined, place]);
    for (let i = 0; i < 10_000; i++) places.remember(`s${i}`, place, 1_000);
    expect(places.size).toBe(2);
  });

  it('keeps a session that is remembered again, however full it is', () => {
    const places = new MemorySessionPlaces({ mostSessions: 2 });
    for (const key of ['one', 'two', 'two', 'one']) places.remember(key, place, 1_000);
    expect(['one', 'two'].map((key) => places.find(key))).toEqual([place, place]);
  });
});
