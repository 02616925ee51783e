import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities } from '@turnpike/protocol';
import { becomes, send, type Letter, type Row } from './fixtures/sending';

const SCHEMA: JsonObject = { type: 'object', properties: { a: { type: 'string' } } };
const fn = (name: string, more: JsonObject = {}): JsonObject => ({
  type: 'function',
  function: { name, parameters: SCHEMA, ...more },
});
const plain = (name: string): JsonObject => ({ name, input_schema: SCHEMA });
const flat = (name: string): JsonObject => ({ type: 'function', name, parameters: SCHEMA });
const declared = (...names: string[]): JsonObject => ({
  tools: [{ functionDeclarations: names.map((name) => ({ name, parametersJsonSchema: SCHEMA })) }],
});
const calling = (mode: string, ...allowedFunctionNames: string[]): JsonObject => ({
  toolConfig: {
    functionCallingConfig: { mode, ...(allowedFunctionNames.length > 0 ? { allowedFunctionNames } : {}) },
  },
});
const PATCH: JsonObject = {
  type: 'custom',
  name: 'patch',
  description: 'Patches.',
  format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' },
};

const DEFINITIONS: readonly Row[] = [
  [
    'schemas move',
    'C',
    'A',
    { tools: [fn('f', { description: 'd' })] },
    {},
    { tools: [{ name: 'f', description: 'd', input_schema: SCHEMA }] },
  ],
  ['schemas lie flat', 'A', 'R', { tools: [plain('f')] }, {}, { tools: [{ ...flat('f'), strict: false }] }],
  [
    'schemas go to Gemini as they are, without their dialect',
    'C',
    'G',
    { tools: [fn('f', { parameters: { $schema: 'x', ...SCHEMA, additionalProperties: false } })] },
    {},
    {
      tools: [
        {
          functionDeclarations: [
            { name: 'f', parametersJsonSchema: { ...SCHEMA, additionalProperties: false } },
          ],
        },
      ],
    },
  ],
  [
    'and to older models in the classic form',
    'C',
    'G',
    { tools: [fn('f', { parameters: { ...SCHEMA, additionalProperties: false } })] },
    { jsonSchema: false },
    {
      tools: [
        {
          functionDeclarations: [{ parameters: { type: 'OBJECT', properties: { a: { type: 'STRING' } } } }],
        },
      ],
    },
  ],
  [
    'types in upper case become JSON Schema',
    'G',
    'A',
    {
      tools: [
        {
          functionDeclarations: [
            {
              name: 'f',
              parameters: { type: 'OBJECT', properties: { a: { type: 'STRING', nullable: true } } },
            },
          ],
        },
      ],
    },
    {},
    { tools: [{ input_schema: { type: 'object', properties: { a: { type: ['string', 'null'] } } } }] },
  ],
  [
    'the top of a schema is an object',
    'C',
    'A',
    { tools: [fn('f', { parameters: { anyOf: [{ properties: { a: {} } }, { properties: { b: {} } }] } })] },
    {},
    { tools: [{ input_schema: { type: 'object', properties: { a: {}, b: {} } } }] },
  ],
  [
    'a free-text tool is a function of one text',
    'R',
    'A',
    { tools: [PATCH] },
    {},
    {
      tools: [
        {
          name: 'patch',
          description: 'Patches.\n\nThe input must follow this lark grammar:\nstart: "x"',
          input_schema: { properties: { input: { type: 'string' } }, required: ['input'] },
        },
      ],
    },
  ],
  [
    'tools of a namespace have its name',
    'R',
    'C',
    { tools: [{ type: 'namespace', name: 'files', tools: [flat('read')] }] },
    {},
    { tools: [{ function: { name: 'files__read' } }] },
  ],
  [
    'tools that an item adds are tools',
    'R',
    'A',
    {
      input: [
        { type: 'additional_tools', tools: [flat('late')] },
        { role: 'user', content: 'q' },
      ],
    },
    {},
    { tools: [{ name: 'late' }] },
  ],
  [
    'tools that a search found are tools',
    'R',
    'A',
    {
      input: [
        { role: 'user', content: 'q' },
        { type: 'tool_search_call', call_id: 's', arguments: {} },
        { type: 'tool_search_output', call_id: 's', tools: [flat('found')] },
      ],
      tools: [flat('read'), { type: 'tool_search' }],
    },
    {},
    { tools: [{ name: 'read' }, { name: 'found' }] },
  ],
  [
    'tools that load later are there from the start',
    'A',
    'C',
    { tools: [{ ...plain('f'), defer_loading: true }] },
    {},
    { tools: [{ type: 'function', function: { name: 'f' } }] },
  ],
  [
    'names are made legal',
    'G',
    'C',
    declared('get.time'),
    {},
    { tools: [{ function: { name: 'get_time' } }] },
  ],
  [
    'a conversation with calls has tools',
    'C',
    'A',
    {
      messages: [
        { role: 'user', content: 'q' },
        {
          role: 'assistant',
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c', content: 'r' },
      ],
    },
    {},
    { tools: [{ name: 'f', input_schema: { type: 'object' } }], tool_choice: { type: 'none' } },
  ],
];

const CHOICES: readonly Row[] = [
  ['any tool', 'C', 'A', { tools: [fn('f')], tool_choice: 'required' }, {}, { tool_choice: { type: 'any' } }],
  [
    'any tool',
    'A',
    'R',
    { tools: [plain('f')], tool_choice: { type: 'any' } },
    {},
    { tool_choice: 'required' },
  ],
  ['any tool', 'C', 'G', { tools: [fn('f')], tool_choice: 'required' }, {}, calling('ANY')],
  ['any tool', 'G', 'C', { ...declared('f'), ...calling('ANY') }, {}, { tool_choice: 'required' }],
  [
    'one tool',
    'A',
    'C',
    { tools: [plain('f')], tool_choice: { type: 'tool', name: 'f' } },
    {},
    { tool_choice: { type: 'function', function: { name: 'f' } } },
  ],
  [
    'one tool',
    'C',
    'G',
    { tools: [fn('f'), fn('g')], tool_choice: { type: 'function', function: { name: 'f' } } },
    {},
    calling('ANY', 'f'),
  ],
  [
    'one tool',
    'G',
    'A',
    { ...declared('f', 'g'), ...calling('ANY', 'f') },
    {},
    { tool_choice: { type: 'tool', name: 'f' } },
  ],
  ['no tool', 'R', 'A', { tools: [flat('f')], tool_choice: 'none' }, {}, { tool_choice: { type: 'none' } }],
  ['no tool', 'A', 'G', { tools: [plain('f')], tool_choice: { type: 'none' } }, {}, calling('NONE')],
  [
    'some tools, where the vendor is the same',
    'R',
    'C',
    {
      tools: [flat('f'), flat('g')],
      tool_choice: { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'f' }] },
    },
    {},
    {
      tools: [fn('f'), fn('g')],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
    },
  ],
  [
    'some tools, as the list of them',
    'R',
    'A',
    {
      tools: [flat('f'), flat('g')],
      tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'g' }] },
    },
    {},
    { tools: [{ name: 'g' }], tool_choice: { type: 'auto' } },
  ],
  [
    'one call at a time',
    'C',
    'A',
    { tools: [fn('f')], parallel_tool_calls: false },
    {},
    { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
  ],
  [
    'one call at a time',
    'A',
    'R',
    { tools: [plain('f')], tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    {},
    { parallel_tool_calls: false },
  ],
];

describe('definitions of tools', () => becomes(DEFINITIONS));
describe('choices of tools', () => becomes(CHOICES));

describe('members that have nothing to say', () => {
  it.each<[string, Letter, Letter, JsonObject, Capabilities, string[]]>([
    ['no tools', 'R', 'C', { tools: [], tool_choice: 'auto', parallel_tool_calls: true }, {}, []],
    ['no tools', 'A', 'R', { tools: [], tool_choice: { type: 'auto' } }, {}, []],
    [
      'a forced call beside thinking',
      'C',
      'A',
      { tools: [fn('f')], tool_choice: 'required', reasoning_effort: 'high' },
      { thinking: 'budget' },
      ['dropped:thinking'],
    ],
    [
      'a hosted tool of another vendor',
      'R',
      'C',
      { tools: [flat('f'), { type: 'web_search' }] },
      {},
      ['dropped:web_search'],
    ],
    [
      'one call at a time',
      'C',
      'G',
      { tools: [fn('f')], parallel_tool_calls: false },
      {},
      ['dropped:parallel_tool_calls'],
    ],
    [
      'members of a vendor’s own',
      'A',
      'C',
      { container: 'c', mcp_servers: [{}], context_management: {} },
      {},
      ['dropped:container', 'dropped:mcp_servers', 'dropped:context_management'],
    ],
    [
      'a participant’s name',
      'C',
      'A',
      { messages: [{ role: 'user', content: 'q', name: 'ann' }] },
      {},
      ['dropped:name'],
    ],
  ])('%s (%s to %s)', (_, from, to, body, capabilities, losses) => {
    const { body: sent, losses: told } = send(from, to, body, capabilities);
    expect(told).toEqual(losses);
    if (losses.length === 0)
      expect([sent.tools, sent.tool_choice, sent.parallel_tool_calls]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
  });

  it('a choice of a tool that cannot be sent is refused', () => {
    const body = { tools: [{ type: 'web_search' }], tool_choice: { type: 'web_search' } };
    expect(() => send('R', 'C', body)).toThrow('forces a tool');
  });
});
