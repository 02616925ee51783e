import type { Failure } from '@turnpike/protocol';
import { refusesReasoning } from './refused-reasoning';

const failure = (message: string, over: Partial<Failure> = {}, code?: string): Failure => ({
  class: 'caller',
  scope: 'none',
  provenance: 'heuristic',
  status: 400,
  reason: 'invalid_request',
  vendor: { message, ...(code !== undefined && { code }) },
  ...over,
});

it.each([
  'messages.1.content.0: Invalid `signature` in `thinking` block',
  'messages.3.content.0: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. They must remain as they were.',
  'thinking blocks cannot be modified',
  'The encrypted content for item rs_1 could not be verified. Reason: it could not be decrypted or parsed.',
  'The thought signature is not valid.',
  'Corrupted thought signature.',
])('%s', (message) => {
  expect(refusesReasoning(failure(message))).toBe(true);
  expect(refusesReasoning(failure(message, { status: 500 }))).toBe(false);
  expect(refusesReasoning(failure(message, { class: 'auth' }))).toBe(false);
});

it('a code says it too', () => {
  expect(refusesReasoning(failure('No.', {}, 'invalid_encrypted_content'))).toBe(true);
});

it.each([
  'messages.1: tool_use ids must be unique',
  'max_tokens must be greater than thinking.budget_tokens',
  'Invalid AWS signature',
])('other refusals are other refusals: %s', (message) => {
  expect(refusesReasoning(failure(message))).toBe(false);
});
