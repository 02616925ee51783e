import type { JsonObject } from '@turnpike/kernel';
import { becomes, type Row } from './fixtures/sending';

const chat = (...messages: JsonObject[]): JsonObject => ({ messages });
const said = (role: string, content: string): JsonObject => ({ role, content });
const call = (id: string, args = '{}'): JsonObject => ({
  id,
  type: 'function',
  function: { name: 'f', arguments: args },
});
const calling = (...ids: string[]): JsonObject => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => call(id)),
});
const result = (id: string, content: string): JsonObject => ({ role: 'tool', tool_call_id: id, content });
const use = (id: string): JsonObject => ({ type: 'tool_use', id, name: 'f', input: {} });
const used = (id: string, content: string): JsonObject => ({ type: 'tool_result', tool_use_id: id, content });

const ROLES: readonly Row[] = [
  [
    'leading system messages are the system prompt',
    'C',
    'A',
    chat(said('system', 'a'), said('developer', 'b'), said('user', 'q')),
    {},
    {
      system: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    },
  ],
  [
    'later ones stay in their place, as a reminder',
    'C',
    'A',
    chat(said('user', 'q'), said('system', 'b')),
    {},
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'q' },
            { type: 'text', text: '<system-reminder>\nb\n</system-reminder>' },
          ],
        },
      ],
    },
  ],
  [
    'or as what they are, where the model hears them',
    'C',
    'A',
    chat(said('user', 'q'), said('system', 'b'), said('user', 'r')),
    { midSystem: true },
    { messages: [{ role: 'user' }, { role: 'system' }, { role: 'user' }] },
  ],
  [
    'never between calls and their results',
    'C',
    'A',
    chat(said('user', 'q'), calling('c'), said('system', 's'), result('c', 'r'), said('user', 'go')),
    {},
    {
      messages: [
        { role: 'user' },
        { role: 'assistant' },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'c' },
            { type: 'text', text: '<system-reminder>\ns\n</system-reminder>' },
            { type: 'text', text: 'go' },
          ],
        },
      ],
    },
  ],
  [
    'reasoning models of OpenAI want developers',
    'A',
    'C',
    { system: 'a' },
    { systemRole: 'developer' },
    {
      messages: [
        { role: 'developer', content: 'a' },
        { role: 'user', content: 'hi' },
      ],
    },
  ],
  [
    'some take no system role at all',
    'A',
    'C',
    { system: 'a' },
    { systemRole: 'none' },
    { messages: [{ role: 'user', content: 'a\n\nhi' }] },
  ],
  [
    'some take one system message',
    'C',
    'C',
    chat(said('system', 'a'), said('system', 'b'), said('user', 'q'), said('system', 'c')),
    { singleSystem: true },
    {
      messages: [
        { role: 'system', content: 'a\n\nb' },
        { role: 'user', content: 'q' },
        { role: 'user', content: '<system-reminder>\nc\n</system-reminder>' },
      ],
    },
  ],
  [
    'instructions come before developer items',
    'R',
    'G',
    { instructions: 'a', input: [said('developer', 'b'), said('user', 'q')] },
    {},
    { systemInstruction: { parts: [{ text: 'a' }, { text: 'b' }] } },
  ],
  [
    'a system turn reaches Gemini in the next user content',
    'A',
    'G',
    { messages: [said('user', 'q'), said('assistant', 'x'), said('system', 's'), said('user', 'r')] },
    {},
    {
      contents: [
        { role: 'user' },
        { role: 'model' },
        { role: 'user', parts: [{ text: '<system-reminder>\ns\n</system-reminder>' }, { text: 'r' }] },
      ],
    },
  ],
  [
    'items of the assistant’s are one message',
    'R',
    'C',
    {
      input: [
        said('user', 'q'),
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'x' }] },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: 'r' },
      ],
    },
    {},
    {
      messages: [
        { role: 'user' },
        { role: 'assistant', content: 'x', tool_calls: [{ id: 'c' }] },
        { role: 'tool', tool_call_id: 'c', content: 'r' },
      ],
    },
  ],
  [
    'models answer as assistants',
    'G',
    'C',
    {
      contents: [
        { parts: [{ text: 'q' }] },
        { role: 'model', parts: [{ text: 'x' }] },
        { role: 'user', parts: [{ text: 'r' }] },
      ],
    },
    {},
    { messages: [said('user', 'q'), said('assistant', 'x'), said('user', 'r')] },
  ],
];

const ORDER: readonly Row[] = [
  [
    'empty text is dropped, and turns that it was all of',
    'C',
    'A',
    chat(said('user', 'a'), said('assistant', ''), said('user', 'b')),
    {},
    { messages: [{ role: 'user', content: [{ text: 'a' }, { text: 'b' }] }] },
  ],
  [
    'results of one turn are together, as its calls were, and other words after them',
    'C',
    'A',
    chat(
      said('user', 'q'),
      calling('c1', 'c2'),
      result('c2', 'two'),
      result('c1', 'one'),
      said('user', 'go'),
    ),
    {},
    {
      messages: [
        { role: 'user' },
        { role: 'assistant', content: [use('c1'), use('c2')] },
        { role: 'user', content: [used('c1', 'one'), used('c2', 'two'), { type: 'text', text: 'go' }] },
      ],
    },
  ],
  [
    'words before results go behind them',
    'A',
    'C',
    {
      messages: [
        said('user', 'q'),
        { role: 'assistant', content: [use('c')] },
        { role: 'user', content: [{ type: 'text', text: 'first' }, used('c', 'r')] },
      ],
    },
    {},
    {
      messages: [
        { role: 'user' },
        { role: 'assistant' },
        { role: 'tool', content: 'r' },
        { role: 'user', content: 'first' },
      ],
    },
  ],
  [
    'a call without a result gets one',
    'C',
    'A',
    chat(said('user', 'q'), calling('c'), said('user', 'go')),
    {},
    {
      messages: [
        { role: 'user' },
        { role: 'assistant' },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'c',
              content: 'Tool call was interrupted; no result.',
              is_error: true,
            },
            { type: 'text', text: 'go' },
          ],
        },
      ],
    },
  ],
  [
    'a result without a call is the user’s words',
    'C',
    'R',
    chat(said('user', 'q'), result('x', 'r'), said('user', 'go')),
    {},
    {
      input: [
        { role: 'user' },
        { role: 'user', content: [{ type: 'input_text', text: 'Result of x: r' }] },
        { role: 'user' },
      ],
    },
  ],
  [
    'of two results for one call the last counts',
    'C',
    'G',
    chat(said('user', 'q'), calling('c'), result('c', 'one'), result('c', 'two'), said('user', 'go')),
    {},
    {
      contents: [
        { role: 'user' },
        { role: 'model' },
        {
          role: 'user',
          parts: [{ functionResponse: { name: 'f', response: { output: 'two' } } }, { text: 'go' }],
        },
      ],
    },
  ],
  [
    'a conversation opens with the user',
    'C',
    'A',
    chat(said('assistant', 'x'), said('user', 'q')),
    {},
    {
      messages: [
        { role: 'user', content: [{ text: '(continued)' }] },
        { role: 'assistant' },
        { role: 'user' },
      ],
    },
  ],
  [
    'an answer that was begun is gone on with where the model can, without white space at its end',
    'A',
    'A',
    { messages: [said('user', 'q'), said('assistant', 'So \n')] },
    { prefill: true },
    { messages: [{ role: 'user' }, { role: 'assistant', content: [{ text: 'So' }] }] },
  ],
  [
    'and marked where servers want it marked',
    'A',
    'C',
    { messages: [said('user', 'q'), said('assistant', 'So')] },
    { prefill: true },
    { messages: [{ role: 'user' }, { role: 'assistant', content: 'So', prefix: true }] },
  ],
  [
    'names of participants stay in their dialect',
    'C',
    'C',
    chat({ ...said('user', 'q'), name: 'ann' }),
    {},
    { messages: [{ role: 'user', content: 'q', name: 'ann' }] },
  ],
];

describe('roles', () => becomes(ROLES));
describe('the order of turns', () => becomes(ORDER));
