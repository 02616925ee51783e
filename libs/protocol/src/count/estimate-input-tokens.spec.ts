import type { ChatRequest } from '../canonical/request';
import { estimateInputTokens } from './estimate-input-tokens';

const empty: ChatRequest = {
  dialect: 'openai-chat',
  model: 'm',
  system: [],
  turns: [],
  tools: [],
  stream: false,
  includeUsage: false,
  native: {},
};
const image = { kind: 'image', source: { kind: 'url', url: 'https://x' } } as const;

describe('estimateInputTokens', () => {
  it.each<[string, Partial<ChatRequest>, number]>([
    ['nothing at all is still 1', {}, 1],
    [
      '35 bytes of text are 10, and 4 for the turn',
      { turns: [{ role: 'user', parts: [{ kind: 'text', text: 'x'.repeat(35) }] }] },
      14,
    ],
    ['text is counted in bytes', { system: [{ kind: 'text', text: '漢'.repeat(7) }] }, 10],
    ['an image has its price', { turns: [{ role: 'user', parts: [image] }] }, 1_604],
    [
      'tools count with their schema',
      { tools: [{ kind: 'function', name: 'f', schema: { type: 'object' } }] },
      10,
    ],
    [
      'results count with what they hold',
      { turns: [{ role: 'user', parts: [{ kind: 'result', callId: 'c', parts: [image] }] }] },
      1_608,
    ],
    [
      'calls count by their arguments',
      {
        turns: [
          {
            role: 'assistant',
            parts: [{ kind: 'call', id: 'c', name: 'get', args: '{"a":"b"}', tool: 'function' }],
          },
        ],
      },
      8,
    ],
    [
      'media count by size, not as text',
      {
        turns: [
          {
            role: 'user',
            parts: [
              {
                kind: 'file',
                source: { kind: 'base64', data: 'A'.repeat(160_000), mimeType: 'application/pdf' },
              },
            ],
          },
        ],
      },
      3_204,
    ],
  ])('%s', (_, request, expected) => {
    expect(estimateInputTokens({ ...empty, ...request })).toBe(expected);
  });

  it('takes the price of an image from the model', () => {
    expect(estimateInputTokens({ ...empty, turns: [{ role: 'user', parts: [image] }] }, 85)).toBe(89);
  });
});
