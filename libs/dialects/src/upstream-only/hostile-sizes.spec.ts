import { GatewayError, type Json, type JsonObject } from '@turnpike/kernel';
import { DIALECTS, UPSTREAM_DIALECTS } from '../registry';

/** Bodies that are legal JSON and small enough to be taken, made so that a careless algorithm needs their square. */
const MANY = 30_000;
const repeat = (make: (i: number) => Json): Json[] => Array.from({ length: MANY }, (_, i) => make(i));
const pdf = Buffer.from('%PDF-1.7').toString('base64');
const document = (title: string): JsonObject => ({
  type: 'document',
  title,
  source: { type: 'base64', media_type: 'application/pdf', data: pdf },
});
const user = (content: Json): JsonObject => ({ role: 'user', content });
const mark = { cache_control: { type: 'ephemeral' } };
const use = (i: number): JsonObject => ({ type: 'tool_use', id: `c${i}`, name: `tool.${i}`, input: {} });
const result = (i: number): JsonObject => ({ type: 'tool_result', tool_use_id: `c${i}`, content: 'x' });

const BODIES: [string, JsonObject][] = [
  ['documents of one name', { messages: [user(repeat(() => document('a')))] }],
  ['marked texts', { messages: [user(repeat((i) => ({ type: 'text', text: `t${i}`, ...mark })))] }],
  [
    'calls of one turn',
    { messages: [user('q'), { role: 'assistant', content: repeat(use) }, user(repeat(result))] },
  ],
  [
    'calls of many turns',
    { messages: [user('q'), ...repeat((i) => ({ role: 'assistant', content: [use(i)] }))] },
  ],
  ['tools', { messages: [user('q')], tools: repeat((i) => ({ name: `tool.${i}`, input_schema: {} })) }],
  [
    'system blocks',
    { messages: [user('q')], system: repeat((i) => ({ type: 'text', text: `s${i}`, ...mark })) },
  ],
  [
    'unknown members',
    { messages: [user('q')], ...Object.fromEntries(repeat((i) => i).map((i) => [`x${String(i)}`, 1])) },
  ],
];

it.each(BODIES)('takes or refuses %s in little time', (_, body) => {
  const target = { model: 'm', capabilities: {}, vendor: 'v' };
  const request = DIALECTS['anthropic-messages'].decodeRequest({ model: 'm', max_tokens: 9, ...body });
  // Time of the processor: the machine may be busy with other tests.
  const startedAt = process.cpuUsage();
  for (const wire of ['bedrock-converse', 'cohere-chat', 'ollama-chat'] as const)
    try {
      const { losses } = UPSTREAM_DIALECTS[wire].encodeRequest(request, target);
      expect(losses.join().length).toBeLessThan(4_000);
    } catch (error) {
      expect(error).toBeInstanceOf(GatewayError);
    }
  expect(process.cpuUsage(startedAt).user / 1_000).toBeLessThan(6_000);
});
