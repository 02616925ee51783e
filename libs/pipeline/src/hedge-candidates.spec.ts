import type { Candidate, RoutableTarget, Waiting } from '@turnpike/routing';
import { hedgeCandidates } from './hedge-candidates';

const credentials = {
  a1: { id: 'a/1', name: '1', quotaGroup: 'a' },
  a2: { id: 'a/2', name: '2', quotaGroup: 'a' },
  b1: { id: 'b/1', name: '1', quotaGroup: 'b' },
  c1: { id: 'c/1', name: '1', quotaGroup: 'c' },
};
type Name = keyof typeof credentials;
const NOW = 1_000;

interface Spoken extends RoutableTarget {
  readonly dialect: string;
}
type Entry = Waiting<Spoken>;

const at = (name: Name, model: string, dialect = 'openai-chat'): Candidate<Spoken> => ({
  target: {
    provider: { name: name[0] ?? '', credentials: [credentials[name]] },
    model,
    weight: 1,
    dialect,
  },
  credential: credentials[name],
});

const ready = (name: Name, model: string): Entry => ({
  candidate: at(name, model),
  readyAtMs: 0,
  because: 'cooldown',
});
const later = (name: Name, model: string): Entry => ({ ...ready(name, model), readyAtMs: NOW + 1 });

it.each<[string, readonly Entry[], readonly string[]]>([
  ['nobody else', [ready('a1', 'x')], []],
  ['the same place in another dialect', [{ ...ready('a1', 'x'), candidate: at('a1', 'x', 'other') }], []],
  ['another group first', [ready('a1', 'x'), ready('a2', 'x'), ready('b1', 'x')], ['b/1 x', 'a/2 x']],
  ['others in their order', [ready('c1', 'x'), ready('b1', 'x')], ['c/1 x', 'b/1 x']],
  ['another model of the same group', [ready('a1', 'x'), ready('a1', 'y')], ['a/1 y']],
  ['not who cools', [later('b1', 'x'), ready('a2', 'x')], ['a/2 x']],
  ['who is back', [{ ...ready('b1', 'x'), readyAtMs: NOW }], ['b/1 x']],
])('%s', (_, queue, expected) => {
  const found = hedgeCandidates(queue, at('a1', 'x'), NOW);
  expect(found.map(({ credential, target }) => `${credential.id} ${target.model}`)).toEqual(expected);
});
