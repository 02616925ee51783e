import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities } from '@turnpike/protocol';
import { send, type Letter } from './fixtures/sending';

const SCHEMA: JsonObject = { type: 'object', properties: { a: { type: 'string' } } };
const fn: JsonObject = { type: 'function', function: { name: 'f', parameters: SCHEMA } };
const MARK = { cache_control: { type: 'ephemeral' } };
const BREAK = { prompt_cache_breakpoint: { mode: 'explicit' } };
const BREAKS: Capabilities = { cacheBreakpoints: true };

/** From, to, what is said, what the model can do, members of the body (absent ones as undefined), and what is lost. */
type Told = readonly [string, Letter, Letter, JsonObject, Capabilities, object, readonly string[]];

const tells = (rows: readonly Told[]): void =>
  it.each(rows)('%s (%s to %s)', (_, from, to, body, capabilities, expected, losses) => {
    const encoded = send(from, to, body, capabilities);
    const members = Object.keys(expected).map((name) => [name, encoded.body[name]]);
    expect(Object.fromEntries(members)).toEqual(expected);
    expect(encoded.losses).toEqual(losses);
  });

describe('tiers', () => {
  const asked = (service_tier: string): JsonObject => ({ service_tier });
  const lost = ['dropped:service_tier'];
  const flex = { serviceTier: 'flex' };
  tells([
    ['a word that both have', 'C', 'R', asked('flex'), {}, asked('flex'), []],
    ['a word that only the other has', 'R', 'C', asked('ultrafast'), {}, { service_tier: undefined }, lost],
    ['another word for the same', 'C', 'A', asked('default'), {}, asked('standard_only'), []],
    ['as you like', 'A', 'C', asked('auto'), {}, { service_tier: undefined }, []],
    ['no such thing', 'C', 'A', asked('flex'), {}, { service_tier: undefined }, lost],
    ['a model with tiers', 'C', 'G', asked('flex'), { tiers: ['standard', 'flex'] }, flex, []],
    ['a model without', 'C', 'G', asked('flex'), {}, { serviceTier: undefined }, lost],
    ['the usual to a model without', 'C', 'G', asked('default'), {}, { serviceTier: undefined }, []],
    ['a constant', 'G', 'R', { serviceTier: 'SERVICE_TIER_FLEX' }, {}, asked('flex'), []],
    [
      'its own word',
      'G',
      'G',
      { serviceTier: 'SERVICE_TIER_FLEX' },
      {},
      { serviceTier: 'SERVICE_TIER_FLEX' },
      [],
    ],
    ['a listed word', 'C', 'C', asked('flex'), { tiers: ['on_demand', 'flex'] }, asked('flex'), []],
    [
      'a listed word for the same',
      'C',
      'C',
      asked('default'),
      { tiers: ['on_demand'] },
      asked('on_demand'),
      [],
    ],
    [
      'a word that is not listed',
      'C',
      'C',
      asked('priority'),
      { tiers: ['flex'] },
      { service_tier: undefined },
      lost,
    ],
    ['nothing is known', 'C', 'C', asked('turbo'), {}, asked('turbo'), []],
  ]);
});

describe('searches of the web', () => {
  const can: Capabilities = { webSearch: true };
  const cannot: Capabilities = { webSearch: false };
  const lost = ['dropped:web_search'];
  const place = { city: 'Bern', country: 'CH' };
  const user_location = { type: 'approximate', ...place };
  const ofResponses = { type: 'web_search', filters: { allowed_domains: ['a.test'] }, user_location };
  const ofMessages = {
    type: 'web_search_20250305',
    name: 'web_search',
    allowed_domains: ['a.test'],
    user_location,
  };
  const options = { web_search_options: { user_location: { type: 'approximate', approximate: place } } };
  const forced = { tools: [ofMessages], tool_choice: { type: 'tool', name: 'web_search' } };
  tells([
    ['in its words', 'R', 'A', { tools: [ofResponses] }, can, { tools: [ofMessages] }, []],
    ['and back', 'A', 'R', { tools: [ofMessages] }, can, { tools: [ofResponses] }, []],
    ['forced', 'A', 'R', forced, can, { tool_choice: { type: 'web_search' } }, []],
    [
      'forced, by another name',
      'R',
      'A',
      { tools: [{ type: 'web_search_preview' }], tool_choice: { type: 'web_search_preview' } },
      can,
      { tool_choice: { type: 'tool', name: 'web_search' } },
      [],
    ],
    [
      'what it cannot say',
      'A',
      'R',
      { tools: [{ ...ofMessages, max_uses: 3, blocked_domains: ['b.test'] }] },
      can,
      { tools: [ofResponses] },
      ['simplified:web_search'],
    ],
    [
      'without words',
      'R',
      'G',
      { tools: [{ type: 'web_search' }] },
      can,
      { tools: [{ googleSearch: {} }] },
      [],
    ],
    [
      'beside functions',
      'C',
      'G',
      { tools: [fn], web_search_options: {} },
      can,
      { tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: SCHEMA }] }] },
      lost,
    ],
    [
      'that nothing can force',
      'A',
      'G',
      { ...forced, tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      can,
      { tools: [{ googleSearch: {} }], toolConfig: undefined },
      ['dropped:tool_choice'],
    ],
    [
      'from Google',
      'G',
      'A',
      { tools: [{ googleSearch: {} }] },
      can,
      { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      [],
    ],
    [
      'as options',
      'C',
      'A',
      options,
      can,
      { tools: [{ type: 'web_search_20250305', name: 'web_search', user_location }] },
      [],
    ],
    [
      'into options',
      'R',
      'C',
      {
        tools: [{ type: 'web_search', search_context_size: 'low', user_location }],
        tool_choice: { type: 'web_search' },
      },
      can,
      { web_search_options: { search_context_size: 'low', ...options.web_search_options }, tools: undefined },
      ['dropped:tool_choice'],
    ],
    [
      'of the vendor’s newest models',
      'R',
      'A',
      { tools: [{ type: 'web_search' }] },
      {},
      { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
      [],
    ],
    [
      'that the model lacks',
      'R',
      'A',
      { tools: [{ type: 'web_search' }] },
      cannot,
      { tools: undefined },
      lost,
    ],
    [
      'that the wire lacks',
      'R',
      'C',
      { tools: [{ type: 'web_search' }] },
      {},
      { web_search_options: undefined },
      lost,
    ],
    [
      'other hosted tools',
      'R',
      'A',
      { tools: [{ type: 'file_search' }] },
      can,
      { tools: undefined },
      ['dropped:file_search'],
    ],
  ]);
});

describe('reasoning that a client has lost', () => {
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
  const talk = (more: JsonObject): JsonObject => ({
    tools: [fn],
    messages: [
      { role: 'user', content: 'q' },
      { role: 'assistant', content: null, tool_calls: [call], ...more },
      { role: 'tool', tool_call_id: 'c', content: 'r' },
    ],
  });
  const echo: Capabilities = { echoReasoning: true, reasoningField: 'thinking' };
  const strict: Capabilities = { ...echo, emptyReasoning: false };

  it.each<[string, JsonObject, Capabilities, object, object, readonly string[]]>([
    ['is empty', talk({}), echo, { reasoning_content: '' }, {}, []],
    [
      'switches thinking off where it must not be',
      talk({}),
      strict,
      {},
      { thinking: { type: 'disabled' } },
      ['dropped:thinking'],
    ],
    [
      'is no loss where nobody thinks',
      { ...talk({}), reasoning_effort: 'none' },
      strict,
      {},
      { thinking: { type: 'disabled' } },
      [],
    ],
    ['was kept', talk({ reasoning_content: 'hm' }), strict, { reasoning_content: 'hm' }, {}, []],
  ])('%s', (_, body, capabilities, message, members, losses) => {
    const encoded = send('C', 'C', body, capabilities);
    const { role, content, tool_calls, ...more } = (encoded.body.messages as JsonObject[])[1] ?? {};
    expect([role, content, tool_calls]).toEqual(['assistant', null, [call]]);
    expect(more).toEqual(message);
    expect(encoded.body.thinking).toEqual((members as JsonObject).thinking);
    expect(encoded.losses).toEqual(losses);
  });
});

describe('breakpoints of the prompt cache', () => {
  const use = { type: 'tool_use', id: 'c', name: 'f', input: {} };
  const marked: JsonObject = {
    system: [
      { type: 'text', text: 'S' },
      { type: 'text', text: 'T', ...MARK },
    ],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'q', ...MARK }] },
      { role: 'assistant', content: [use] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: 'r', ...MARK }] },
    ],
  };
  const sent = (to: Letter, capabilities: Capabilities): JsonObject =>
    send('A', to, marked, capabilities).body;

  it.each<[string, Capabilities, JsonObject]>([
    ['of this vendor', BREAKS, BREAK],
    ['of a host that passes marks on', { cacheMarks: true }, MARK],
  ])('are told in Chat, in the words %s', (_, capabilities, mark) => {
    expect(sent('C', capabilities).messages).toEqual([
      {
        role: 'system',
        content: [
          { type: 'text', text: 'S' },
          { type: 'text', text: 'T', ...mark },
        ],
      },
      { role: 'user', content: [{ type: 'text', text: 'q', ...mark }] },
      expect.objectContaining({ role: 'assistant' }),
      { role: 'tool', tool_call_id: 'c', content: [{ type: 'text', text: 'r', ...mark }] },
    ]);
  });

  it('are told in Responses, whose instructions have no place for them', () => {
    const { input, instructions } = sent('R', BREAKS);
    expect(instructions).toBeUndefined();
    expect(input).toEqual([
      {
        type: 'message',
        role: 'developer',
        content: [
          { type: 'input_text', text: 'S' },
          { type: 'input_text', text: 'T', ...BREAK },
        ],
      },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'q', ...BREAK }] },
      expect.objectContaining({ type: 'function_call' }),
      { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_text', text: 'r', ...BREAK }] },
    ]);
  });

  it.each<Letter>(['C', 'R', 'G'])('are left out without a word elsewhere (%s)', (to) => {
    const { body, losses } = send('A', to, marked, {});
    expect(JSON.stringify(body)).not.toMatch(/cache_control|breakpoint/);
    expect(losses).toEqual([]);
  });

  it('stand where the vendor would set the last of them', () => {
    const messages = [{ role: 'user', content: 'q' }];
    const last = send('A', 'C', { messages, ...MARK }, { cacheMarks: true });
    expect(last.body.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'q', ...MARK }] }]);
    expect(last.body).not.toHaveProperty('cache_control');
    const none = send('A', 'C', { messages, ...MARK });
    expect([none.body.messages, none.losses]).toEqual([messages, []]);
  });

  it.each<[string, Letter, Capabilities, object]>([
    ['its own server', 'C', {}, BREAK],
    ['a server that refuses it', 'C', { cacheBreakpoints: false }, {}],
    ['a host that passes marks on', 'C', { cacheMarks: true }, MARK],
    ['another vendor', 'A', {}, MARK],
  ])('of a Chat client go to %s', (_, to, capabilities, mark) => {
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'q', ...BREAK }] }];
    const part = { type: 'text', text: 'q', ...mark };
    const whole = Object.keys(mark).length === 0 ? 'q' : [part];
    expect(send('C', to, { messages }, capabilities).body.messages).toEqual([
      { role: 'user', content: whole },
    ]);
  });
});
