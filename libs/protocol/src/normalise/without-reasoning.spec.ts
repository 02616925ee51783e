import type { Part } from '../canonical/content';
import type { ChatRequest } from '../canonical/request';
import { holdsReasoning, withoutReasoning } from './without-reasoning';

const SIGNATURE = { vendor: 'anthropic', value: 's' };
const ASKED: Part = { kind: 'text', text: 'Weather?' };

const request = (...said: Part[]): ChatRequest => ({
  dialect: 'openai-chat',
  model: 'm',
  system: [],
  turns: [
    { role: 'user', parts: [ASKED] },
    { role: 'assistant', parts: said },
  ],
  tools: [],
  stream: false,
  includeUsage: false,
  native: {},
});

it.each<[Part[], Part[]]>([
  [
    [
      { kind: 'reasoning', text: 'hm', signature: SIGNATURE },
      {
        kind: 'call',
        id: 'c',
        name: 'f',
        args: '{}',
        tool: 'function',
        itemId: 'fc_1',
        signature: SIGNATURE,
      },
    ],
    [{ kind: 'call', id: 'c', name: 'f', args: '{}', tool: 'function' }],
  ],
  [[{ kind: 'text', text: 'x', signature: SIGNATURE }], [{ kind: 'text', text: 'x' }]],
])('leaves nothing that was thought or signed', (said, left) => {
  expect(holdsReasoning(request(...said))).toBe(true);
  const bare = withoutReasoning(request(...said));
  expect(bare.turns[1]?.parts).toEqual(left);
  expect(holdsReasoning(bare)).toBe(false);
});

it('a turn that only thought is gone', () => {
  expect(withoutReasoning(request({ kind: 'reasoning', redacted: 'x' })).turns).toHaveLength(1);
});

it('a request without reasoning stays as it is', () => {
  const plain = request({ kind: 'call', id: 'c', name: 'f', args: '{}', tool: 'function', itemId: 'fc_1' });
  expect(holdsReasoning(plain)).toBe(false);
  expect(withoutReasoning(plain)).toEqual(plain);
});
