import type { Failure } from '@turnpike/protocol';
import { readRefusedMember } from './read-refused-member';

const failure = (vendor: Failure['vendor'], over: Partial<Failure> = {}): Failure => ({
  class: 'caller',
  scope: 'none',
  provenance: 'heuristic',
  status: 400,
  reason: 'invalid_request',
  vendor,
  ...over,
});

it.each<[string, object]>([
  [
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    { member: 'max_tokens', instead: 'max_completion_tokens' },
  ],
  ['Unknown parameter: max_completion_tokens', { member: 'max_completion_tokens', instead: 'max_tokens' }],
  ["Unsupported parameter: 'reasoning.effort' is not supported with this model.", { member: 'reasoning' }],
  [
    "Unsupported value: 'temperature' does not support 0.3 with this model. Only the default (1) value is supported.",
    { member: 'temperature' },
  ],
  ['Unrecognized request argument supplied: store', { member: 'store' }],
  ["property 'logprobs' is unsupported", { member: 'logprobs' }],
  ["body.seed: property 'body.seed' is unsupported", { member: 'seed' }],
  ['`temperature` is deprecated for this model.', { member: 'temperature' }],
  ['Argument not supported on this model: stop', { member: 'stop' }],
  ['Model x does not support parameter presence_penalty.', { member: 'presence_penalty' }],
  ["got an unexpected keyword argument 'service_tier'", { member: 'service_tier' }],
  ["Extra inputs are not permitted, field: 'metadata', value: {}", { member: 'metadata' }],
  ['user: Extra inputs are not permitted', { member: 'user' }],
  ['Invalid JSON payload received. Unknown name "seed": Cannot find field.', { member: 'seed' }],
])('%s', (message, refused) => {
  expect(readRefusedMember(failure({ message }))).toEqual(refused);
  expect(readRefusedMember(failure({ message }, { status: 422 }))).toEqual(refused);
  expect(readRefusedMember(failure({ message }, { status: 500 }))).toBeUndefined();
  expect(readRefusedMember(failure({ message }, { class: 'auth' }))).toBeUndefined();
});

it('a code with the name of the parameter is enough', () => {
  const vendor = { message: 'No.', code: 'unsupported_parameter', param: 'top_p' };
  expect(readRefusedMember(failure(vendor))).toEqual({ member: 'top_p' });
});

it.each([
  "Unsupported parameter: 'tools' is not supported with this model.",
  "Unsupported parameter: 'messages.name'",
  "Unsupported parameter: 'response_format' is not supported",
  "Unsupported value: 'reasoning_effort' does not support 'xhigh' with this model. Supported values are: 'low'.",
  "Invalid value for 'temperature': must be at most 2.",
  'temperature must be between 0 and 2',
  "Unsupported parameter: 'constructor'",
])('what a client got wrong is not learned, and what matters is not left out: %s', (message) => {
  expect(readRefusedMember(failure({ message, param: 'temperature' }))).toBeUndefined();
});
