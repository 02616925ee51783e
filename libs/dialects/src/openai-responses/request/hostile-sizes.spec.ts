import type { Json, JsonObject } from '@turnpike/kernel';
import { decodeResponsesRequest, encodeResponsesRequest, toInputTokensBody } from '.';

/** More than what a call takes as arguments. */
const MANY = 130_000;
const repeat = (count: number, make: (i: number) => Json): Json[] =>
  Array.from({ length: count }, (_, i) => make(i));
const user = { role: 'user', content: 'x' };
const call = (i: number): JsonObject => ({
  type: 'function_call',
  call_id: `c${i}`,
  name: 'f',
  arguments: '{}',
});
const tool = (i: number): JsonObject => ({ type: 'function', name: `tool_${i}` });
const words = { type: 'output_text', text: 'x' };

const SOME = 10_000;
const alternating = (i: number): JsonObject => ({
  role: 'assistant',
  content: 'x',
  phase: i % 2 ? 'commentary' : 'final_answer',
});

const BODIES: [string, JsonObject][] = [
  ['user messages', { input: repeat(SOME, () => user) }],
  ['calls that nobody answers', { input: [user, ...repeat(SOME, call)] }],
  ['messages of alternating phases', { input: [...repeat(SOME, alternating), user] }],
  [
    'tools of one namespace',
    { input: [user], tools: [{ type: 'namespace', name: 'n', tools: repeat(SOME, tool) }] },
  ],
];

describe.each(BODIES)('a body of many %s', (_, body) => {
  it('is encoded in time that grows with it', () => {
    const startedAt = performance.now();
    const request = decodeResponsesRequest({ model: 'm', ...body });
    const encoded = encodeResponsesRequest(request, { model: 'up', capabilities: {}, vendor: 'openai' });
    expect(encoded.body.model).toBe('up');
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});

it.each<[string, JsonObject]>([
  [
    'parts',
    {
      input: [
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { role: 'assistant', content: repeat(MANY, () => words) },
      ],
    },
  ],
  ['system parts', { input: [{ role: 'developer', content: repeat(MANY, () => words) }] }],
  ['tools of an item', { input: [{ type: 'additional_tools', tools: repeat(MANY, tool) }] }],
])('takes any number of %s', (_, body) => {
  const { tools, system, turns } = decodeResponsesRequest({ model: 'm', ...body });
  expect(tools.length + system.length + (turns[0]?.parts.length ?? 0)).toBeGreaterThanOrEqual(MANY);
});

it('counts tokens with the members that the counter takes', () => {
  const { body } = encodeResponsesRequest(
    decodeResponsesRequest({ model: 'm', input: 'q', instructions: 'i', max_output_tokens: 20 }),
    {
      model: 'up',
      capabilities: {},
      vendor: 'openai',
    },
  );
  expect(Object.keys(toInputTokensBody(body))).toEqual(['model', 'instructions', 'input']);
});
