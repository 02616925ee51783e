import { HERE, note, PlayedGroup } from '../../testing/groups';
import { forgetInGroup } from './forget-in-group';
import { placeKey } from './place';

const started = () => {
  const group = new PlayedGroup().fail(note('credit')).fail(note('rate_minute')).fail(note('auth'));
  for (let i = 0; i < 5; i++) group.fail(note('server'));
  return group;
};

it('one class of one subject is forgotten, and nothing else', () => {
  const group = started();
  group.state = forgetInGroup(group.state, { kind: 'cooldown', subject: 'group', class: 'credit' });
  expect(Object.keys(group.state.benches.group?.coolings ?? {})).toEqual(['rate_minute']);
  group.state = forgetInGroup(group.state, { kind: 'cooldown', subject: 'group', class: 'rate_minute' });
  expect(Object.keys(group.state.benches)).toEqual([`credential\n${HERE.credentialId}`]);
  expect(group.enter('a')).toBe('cooling_auth');
});

it('a breaker is forgotten whatever its phase', () => {
  const group = started();
  group.state = forgetInGroup(group.state, { kind: 'breaker', place: placeKey(HERE) });
  expect(group.state.breakers).toEqual({});
  expect(Object.keys(group.state.benches)).toHaveLength(2);
});

it.each([
  { kind: 'cooldown', subject: 'group', class: 'overload' },
  { kind: 'cooldown', subject: 'model\nm', class: 'credit' },
  { kind: 'cooldown', subject: 'group', class: 'constructor' },
  { kind: 'cooldown', subject: 'constructor', class: 'name' },
  { kind: 'cooldown', subject: '__proto__', class: 'toString' },
  { kind: 'breaker', place: 'a/k1\nother' },
  { kind: 'breaker', place: 'toString' },
] as const)('of what is not there nothing is forgotten: %j', (what) => {
  const { state } = started();
  expect(forgetInGroup(state, what)).toBe(state);
});
