import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities } from '@turnpike/protocol';
import { DIALECTS } from '../registry';
import { becomes, LETTERS, send, type Letter, type Row } from './fixtures/sending';

const SCHEMA: JsonObject = { type: 'object', properties: { a: { type: 'string' } } };
const config = (members: JsonObject): JsonObject => ({ generationConfig: members });

const CAPS: readonly Row[] = [
  ['the newer name', 'A', 'C', { max_tokens: 9 }, {}, { max_completion_tokens: 9 }],
  ['the older name', 'A', 'C', { max_tokens: 9 }, { maxTokensField: 'max_tokens' }, { max_tokens: 9 }],
  ['the newer of two', 'C', 'A', { max_tokens: 7, max_completion_tokens: 9 }, {}, { max_tokens: 9 }],
  [
    'the model’s own, where it has to be said',
    'C',
    'A',
    {},
    { maxOutputTokens: 5_000 },
    { max_tokens: 5_000 },
  ],
  [
    'no more than the model’s',
    'C',
    'A',
    { max_tokens: 9_000 },
    { maxOutputTokens: 5_000 },
    { max_tokens: 5_000 },
  ],
  ['no less than sixteen', 'C', 'R', { max_tokens: 5 }, {}, { max_output_tokens: 16 }],
  ['a name of Gemini’s', 'R', 'G', { max_output_tokens: 99 }, {}, config({ maxOutputTokens: 99 })],
  ['from Gemini', 'G', 'A', config({ maxOutputTokens: 99 }), {}, { max_tokens: 99 }],
  ['nothing, to warm a cache', 'A', 'A', { max_tokens: 0 }, {}, { max_tokens: 0 }],
  ['the least, where caches are not warmed', 'A', 'R', { max_tokens: 0 }, {}, { max_output_tokens: 16 }],
  ['the least, where caches are not warmed', 'A', 'G', { max_tokens: 0 }, {}, config({ maxOutputTokens: 1 })],
];

const DRAWS: readonly Row[] = [
  ['temperature is clamped, not scaled', 'C', 'A', { temperature: 1.7 }, {}, { temperature: 1 }],
  ['temperature keeps its digits', 'C', 'G', { temperature: 0.7 }, {}, config({ temperature: 0.7 })],
  ['top_p', 'A', 'G', { top_p: 0.9 }, {}, config({ topP: 0.9 })],
  ['top_k', 'G', 'A', config({ topK: 40 }), {}, { top_k: 40 }],
  ['seed', 'C', 'G', { seed: 7 }, {}, config({ seed: 7 })],
  ['seed', 'G', 'C', config({ seed: 7 }), {}, { seed: 7 }],
  ['choices', 'C', 'G', { n: 3 }, {}, config({ candidateCount: 3 })],
  ['choices', 'G', 'C', config({ candidateCount: 3 }), {}, { n: 3 }],
  ['penalties', 'C', 'G', { presence_penalty: 0.5 }, { penalties: true }, config({ presencePenalty: 0.5 })],
  ['stop', 'C', 'A', { stop: 'END' }, {}, { stop_sequences: ['END'] }],
  ['stop', 'A', 'G', { stop_sequences: ['a', 'b'] }, {}, config({ stopSequences: ['a', 'b'] })],
];

const ACCOUNT: readonly Row[] = [
  ['metadata', 'C', 'R', { metadata: { a: 'b' } }, {}, { metadata: { a: 'b' } }],
  ['metadata', 'R', 'C', { metadata: { a: 'b' } }, {}, { metadata: { a: 'b' } }],
  ['tier', 'R', 'C', { service_tier: 'flex' }, {}, { service_tier: 'flex' }],
  ['tier', 'A', 'C', { service_tier: 'standard_only' }, {}, { service_tier: 'default' }],
  ['tier', 'C', 'A', { service_tier: 'default' }, {}, { service_tier: 'standard_only' }],
  ['cache key', 'R', 'C', { prompt_cache_key: 'k' }, {}, { prompt_cache_key: 'k' }],
  ['verbosity', 'R', 'C', { text: { verbosity: 'low' } }, {}, { verbosity: 'low' }],
  ['verbosity', 'C', 'R', { verbosity: 'high' }, {}, { text: { verbosity: 'high' } }],
];

const FORMATS: readonly Row[] = [
  [
    'a schema',
    'C',
    'R',
    { response_format: { type: 'json_schema', json_schema: { schema: SCHEMA } } },
    {},
    { text: { format: { type: 'json_schema', name: 'response', schema: SCHEMA } } },
  ],
  [
    'a schema',
    'R',
    'C',
    { text: { format: { type: 'json_schema', name: 'x', schema: SCHEMA, strict: true } } },
    {},
    { response_format: { json_schema: { name: 'x', schema: SCHEMA, strict: true } } },
  ],
  [
    'a schema',
    'C',
    'G',
    { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: SCHEMA } } },
    {},
    config({ responseMimeType: 'application/json', responseJsonSchema: SCHEMA }),
  ],
  [
    'a schema, closed',
    'G',
    'A',
    config({
      responseMimeType: 'application/json',
      responseSchema: { type: 'OBJECT', properties: { a: { type: 'STRING' } } },
    }),
    {},
    {
      output_config: { format: { type: 'json_schema', schema: { ...SCHEMA, additionalProperties: false } } },
    },
  ],
  [
    'a schema, by a hidden tool',
    'C',
    'A',
    { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: SCHEMA } } },
    { structuredOutput: 'none' },
    {
      tools: [{ name: 'json_output', input_schema: SCHEMA }],
      tool_choice: { type: 'tool', name: 'json_output' },
    },
  ],
  [
    'JSON',
    'C',
    'G',
    { response_format: { type: 'json_object' } },
    {},
    config({ responseMimeType: 'application/json' }),
  ],
  [
    'JSON',
    'G',
    'C',
    config({ responseMimeType: 'application/json' }),
    {},
    { response_format: { type: 'json_object' } },
  ],
];

describe('caps on output', () => becomes(CAPS));
describe('how an answer is drawn', () => becomes(DRAWS));
describe('whose it is', () => becomes(ACCOUNT));
describe('structured answers', () => becomes(FORMATS));

describe('losses', () => {
  it.each<[string, Letter, Letter, JsonObject, Capabilities, string[]]>([
    ['top_k', 'A', 'C', { top_k: 5 }, {}, ['dropped:top_k']],
    ['one of temperature and top_p', 'C', 'A', { temperature: 0.5, top_p: 0.5 }, {}, ['dropped:top_p']],
    [
      'sampling of a model that fixes it',
      'A',
      'G',
      { temperature: 0.5, top_p: 0.5, top_k: 5 },
      { noSampling: true },
      ['dropped:temperature', 'dropped:top_p', 'dropped:top_k'],
    ],
    ['sampling as it is anyway', 'C', 'G', { temperature: 1, top_p: 1 }, { noSampling: true }, []],
    [
      'sampling of a reasoning model',
      'A',
      'C',
      { temperature: 0.5, top_p: 0.5 },
      { noSampling: true },
      ['dropped:temperature', 'dropped:top_p'],
    ],
    ['stop sequences that do not exist', 'C', 'R', { stop: ['a'] }, {}, ['emulated:stop']],
    [
      'more stop sequences than fit',
      'A',
      'C',
      { stop_sequences: ['a', 'b', 'c', 'd', 'e'] },
      {},
      ['emulated:stop'],
    ],
    ['metadata', 'C', 'A', { metadata: { a: 'b' } }, {}, ['dropped:metadata']],
    ['an end user', 'C', 'G', { user: 'u' }, {}, ['dropped:user']],
    ['verbosity', 'R', 'A', { text: { verbosity: 'low' } }, {}, ['dropped:verbosity']],
    ['probabilities', 'C', 'G', { logprobs: true }, {}, ['dropped:logprobs']],
    ['a tier', 'C', 'G', { service_tier: 'priority' }, {}, ['dropped:service_tier']],
    [
      'settings of safety',
      'G',
      'A',
      { safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }] },
      {},
      ['dropped:safetySettings'],
    ],
    [
      'a mode for JSON',
      'C',
      'A',
      { response_format: { type: 'json_object' } },
      {},
      ['emulated:response_format'],
    ],
    [
      'what is neutral',
      'C',
      'A',
      { temperature: 1, presence_penalty: 0, frequency_penalty: 0, logprobs: false, n: 1 },
      {},
      [],
    ],
  ])('%s (%s to %s)', (_, from, to, body, capabilities, losses) => {
    expect(send(from, to, body, capabilities).losses).toEqual(losses);
  });

  it('of users: a vendor sees a hash', () => {
    for (const [from, to, body] of [
      ['C', 'A', { user: 'ann@example.com' }],
      ['A', 'C', { metadata: { user_id: 'ann@example.com' } }],
      ['A', 'R', { metadata: { user_id: 'ann@example.com' } }],
      ['R', 'C', { user: 'ann@example.com' }],
    ] as const)
      expect(JSON.stringify(send(from, to, body).body)).not.toContain('ann@example.com');
  });

  it('of stop sequences: none, because the rest is enforced here', () => {
    const { body, restoration } = send('A', 'C', { stop_sequences: ['a', 'b', 'c', 'd', 'e'] });
    expect([body.stop, restoration.localStops]).toEqual([['a', 'b', 'c', 'd'], ['e']]);
  });
});

describe('the prompt cache of a session', () => {
  const at = (to: 'C' | 'R', from: Letter, body: JsonObject, vendor = 'openai'): unknown => {
    const request = DIALECTS[LETTERS[from]].decodeRequest({ model: 'm', ...SAID[from], ...body });
    const target = { model: 'up', capabilities: {}, vendor, session: 'abc' };
    return DIALECTS[LETTERS[to]].encodeRequest(request, target).body.prompt_cache_key;
  };
  const SAID: Readonly<Record<Letter, JsonObject>> = {
    C: { messages: [{ role: 'user', content: 'hi' }] },
    R: { input: 'hi' },
    A: { max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] },
    G: { contents: 'hi' },
  };

  it.each<Letter>(['C', 'R', 'A', 'G'])('is found by it (%s)', (from) => {
    expect([at('C', from, {}), at('R', from, {})]).toEqual(['abc', 'abc']);
    expect([at('C', from, {}, 'groq'), at('R', from, {}, 'groq')]).toEqual([undefined, undefined]);
  });

  it('is the client’s own where it names one', () => {
    expect([at('C', 'C', { prompt_cache_key: 'own' }), at('R', 'C', { prompt_cache_key: 'own' })]).toEqual([
      'own',
      'own',
    ]);
  });
});
