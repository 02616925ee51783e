import { credentialName, readGroupNames } from './group-names';

it.each([
  ['anthropic/main', 'anthropic', null, 'main'],
  ['anthropic/group:pool', 'anthropic', 'pool', null],
  ['a.b_c-1/group:eu.west', 'a.b_c-1', 'eu.west', null],
  ['local/none', 'local', null, 'none'],
])('the group %s', (group, provider, quotaGroup, credential) => {
  expect(readGroupNames(group)).toEqual({ provider, quotaGroup, credential });
});

it('a credential is named without its provider', () => {
  expect(credentialName('anthropic/main')).toBe('main');
});
