import type { JsonObject } from '@turnpike/kernel';
import { becomes } from './fixtures/sending';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const image: JsonObject = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } };
const results = (...content: JsonObject[]): JsonObject => ({
  messages: [
    { role: 'user', content: 'q' },
    {
      role: 'assistant',
      content: content.map((_, i) => ({ type: 'tool_use', id: `c${i}`, name: 'f', input: {} })),
    },
    {
      role: 'user',
      content: [
        ...content.map((more, i) => ({ type: 'tool_result', tool_use_id: `c${i}`, ...more })),
        { type: 'text', text: 'go' },
      ],
    },
  ],
});
const told = (response: JsonObject): JsonObject => ({
  contents: [
    { parts: [{ text: 'q' }] },
    { role: 'model', parts: [{ functionCall: { name: 'f', args: {} } }] },
    { parts: [{ functionResponse: { name: 'f', response } }] },
  ],
});

describe('results', () =>
  becomes([
    [
      'pictures follow the last of them',
      'A',
      'C',
      results({ content: [{ type: 'text', text: 'see' }, image] }, { content: 'two' }),
      {},
      {
        messages: [
          {},
          {},
          { role: 'tool', tool_call_id: 'c0', content: 'see\n[see attached file 1]' },
          { role: 'tool', tool_call_id: 'c1', content: 'two' },
          {
            role: 'user',
            content: [{ type: 'text', text: 'File 1 (result of c0):' }, { type: 'image_url' }],
          },
          { role: 'user', content: 'go' },
        ],
      },
    ],
    [
      'pictures stay in them where they may',
      'A',
      'R',
      results({ content: [image] }),
      {},
      { input: [{}, {}, { type: 'function_call_output', output: [{ type: 'input_image' }] }, {}] },
    ],
    [
      'pictures stay in them where they may',
      'A',
      'G',
      results({ content: [image] }),
      {},
      {
        contents: [
          {},
          {},
          { parts: [{ functionResponse: { parts: [{ inlineData: {} }] } }, { text: 'go' }] },
        ],
      },
    ],
    [
      'pictures follow them at older models',
      'A',
      'G',
      results({ content: [image] }),
      { resultMedia: false },
      {
        contents: [
          {},
          {},
          {
            parts: [
              { functionResponse: { response: { output: '[see attached file 1]' } } },
              { text: 'File 1 (result of f):' },
              { inlineData: {} },
              { text: 'go' },
            ],
          },
        ],
      },
    ],
    [
      'errors say so where there is no flag',
      'A',
      'C',
      results({ content: 'no', is_error: true }),
      {},
      { messages: [{}, {}, { role: 'tool', content: 'Error: no' }, {}] },
    ],
    [
      'errors say so once',
      'A',
      'R',
      results({ content: 'Error: no', is_error: true }),
      {},
      { input: [{}, {}, { output: 'Error: no' }, {}] },
    ],
    [
      'errors have a member of their own',
      'A',
      'G',
      results({ content: 'no', is_error: true }),
      {},
      { contents: [{}, {}, { parts: [{ functionResponse: { response: { error: 'no' } } }, {}] }] },
    ],
    [
      'the id of the call is told where hosts know ids',
      'A',
      'G',
      results({ content: 'ok' }),
      { callIds: true },
      {
        contents: [
          {},
          { parts: [{ functionCall: { id: 'c0', name: 'f' } }] },
          { parts: [{ functionResponse: { id: 'c0', name: 'f' } }, {}] },
        ],
      },
    ],
    [
      'nothing is nothing',
      'A',
      'C',
      results({}),
      {},
      { messages: [{}, {}, { role: 'tool', content: '' }, {}] },
    ],
    [
      'a reference to a tool is told',
      'A',
      'C',
      results({ content: [{ type: 'tool_reference', tool_name: 'late' }] }),
      {},
      { messages: [{}, {}, { content: 'The tool late is available.' }, {}] },
    ],
    [
      'output is text',
      'G',
      'A',
      told({ output: 'ok' }),
      {},
      { messages: [{}, {}, { content: [{ content: 'ok' }] }] },
    ],
    ['result is text', 'G', 'C', told({ result: 'ok' }), {}, { messages: [{}, {}, { content: 'ok' }] }],
    [
      'error is a flag',
      'G',
      'A',
      told({ error: 'no' }),
      {},
      { messages: [{}, {}, { content: [{ content: 'no', is_error: true }] }] },
    ],
    [
      'anything else is JSON',
      'G',
      'C',
      told({ a: 1, b: 'x' }),
      {},
      { messages: [{}, {}, { content: '{"a":1,"b":"x"}' }] },
    ],
  ]));
