import { FRESH_GROUP } from '../domain/group/group-state';
import { MAX_MEMBERS } from '../domain/group/tidy-group';
import { entry, HERE, note, T0 } from '../testing/groups';
import { MemoryGroupStore } from './memory-group-store';

const failed = (model: string) =>
  ({ kind: 'failed', place: { ...HERE, model }, note: note('target_gone'), draw: 0 }) as const;

it('knows everything at once, and nothing of groups that were never told of', () => {
  const store = new MemoryGroupStore();
  expect(store.ready()).toBeUndefined();
  expect(store.look('g')).toBeUndefined();
  store.report('g', failed('m'), true, T0);
  expect(Object.keys(store.look('g')?.state.benches ?? {})).toEqual(['model\nm']);
});

it('stays bounded whatever models are asked for, and hears of credentials all the same', () => {
  const store = new MemoryGroupStore();
  for (let i = 0; i < MAX_MEMBERS + 200; i++) store.report('g', failed(`m${i}`), true, T0);
  store.report('g', { kind: 'failed', place: HERE, note: note('auth'), draw: 0 }, true, T0);
  const { benches, penalties } = store.look('g')?.state ?? FRESH_GROUP;
  expect([Object.keys(benches).length, Object.keys(penalties).length]).toEqual([
    MAX_MEMBERS + 1,
    MAX_MEMBERS,
  ]);
  expect(store.enter('g', entry('a'), T0)).toMatchObject({ kind: 'closed', reason: 'cooling_auth' });
});

it('forgets groups that have nothing left to say, never calls under way', () => {
  const store = new MemoryGroupStore();
  const one = { limits: { concurrency: 1 } };
  store.enter('busy', entry('a', one), T0);
  store.report('gone', failed('m'), true, T0);
  store.report('other', failed('m'), true, T0 + 25_000);
  expect(store.enter('busy', entry('b', one), T0 + 25_000)).toMatchObject({ reason: 'provider_concurrency' });
  store.report('other', failed('m'), true, T0 + 26 * 3_600_000);
  expect(store.look('gone')).toBeUndefined();
  expect(store.look('other')).toBeDefined();
});
