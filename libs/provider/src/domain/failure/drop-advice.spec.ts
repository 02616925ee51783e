import { dropAdvice } from './drop-advice';

describe('dropAdvice', () => {
  it.each([
    [
      'You exceeded your current quota, please check your plan and billing details.',
      'You exceeded your current quota',
    ],
    [
      'Suspended due to insufficient balance, please recharge your account',
      'Suspended due to insufficient balance',
    ],
    ['Too many requests. Visit https://x.example/billing to learn more.', 'Too many requests.'],
    [
      'Reached. Need more tokens? Upgrade to Dev Tier today at https://x.example/settings/billing',
      'Reached.',
    ],
    ['Tokens per minute. Please reduce the prompt length.', 'Tokens per minute.'],
    ['Weekly limit reached, upgrade for higher limits', 'Weekly limit reached'],
    ['余额不足，请充值', '余额不足'],
    [
      'Monthly usage limit reached. To continue, enable usage from your available balance',
      'Monthly usage limit reached.',
    ],
  ])('%s', (text, facts) => expect(dropAdvice(text)).toBe(facts));

  it('keeps advice that stands alone', () => {
    expect(dropAdvice('Please reduce the length of the messages')).toBe(
      'Please reduce the length of the messages',
    );
  });
});
