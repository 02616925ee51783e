import type { Target } from '@turnpike/provider';
import { applyQuirks } from './body-quirks';
import { learnedQuirks, learnMember } from './learned-members';

const provider = (): Target['provider'] => ({ name: 'p' }) as Target['provider'];
const target = (of: Target['provider'], model = 'm'): Target => ({ provider: of, model }) as Target;

it('nothing is known at first, and of other models and providers nothing is learned', () => {
  const own = provider();
  learnMember(target(own), { member: 'seed' });
  expect(learnedQuirks(target(own))?.removeMembers).toEqual(['seed']);
  expect(learnedQuirks(target(own, 'n'))).toBeUndefined();
  expect(learnedQuirks(target(provider()))).toBeUndefined();
});

it('one thing after another is left out or called otherwise', () => {
  const at = target(provider());
  learnMember(at, { member: 'seed' });
  learnMember(at, { member: 'seed' });
  learnMember(at, { member: 'max_tokens', instead: 'max_completion_tokens' });
  learnMember(at, { member: 'user' });
  expect(applyQuirks({ seed: 1, max_tokens: 5, user: 'u', model: 'm' }, learnedQuirks(at))).toEqual({
    body: { max_completion_tokens: 5, model: 'm' },
    losses: ['dropped:seed', 'dropped:user'],
  });
});

it('who refuses both names of a cap gets none', () => {
  const at = target(provider());
  learnMember(at, { member: 'max_tokens', instead: 'max_completion_tokens' });
  learnMember(at, { member: 'max_completion_tokens', instead: 'max_tokens' });
  expect(applyQuirks({ max_tokens: 5 }, learnedQuirks(at)).body).toEqual({});
  expect(applyQuirks({ max_completion_tokens: 5 }, learnedQuirks(at)).body).toEqual({});
});

it('the oldest of very many models is forgotten', () => {
  const own = provider();
  for (let n = 0; n <= 500; n++) learnMember(target(own, `m${n}`), { member: 'seed' });
  expect(learnedQuirks(target(own, 'm0'))).toBeUndefined();
  expect(learnedQuirks(target(own, 'm500'))).toBeDefined();
});
