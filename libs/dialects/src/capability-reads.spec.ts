import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities, DialectId, UpstreamDialectId } from '@turnpike/protocol';
import { DIALECTS, UPSTREAM_DIALECTS } from './registry';

const encode = (
  from: DialectId,
  to: UpstreamDialectId,
  body: JsonObject,
  capabilities: Capabilities,
): JsonObject =>
  UPSTREAM_DIALECTS[to].encodeRequest(DIALECTS[from].decodeRequest(body, { model: 'm', stream: false }), {
    model: 'up',
    capabilities,
    vendor: 'elsewhere',
  }).body;

const user = (content: unknown): JsonObject => ({ role: 'user', content }) as JsonObject;
const rolesOf = (body: JsonObject): unknown[] =>
  (body.messages as JsonObject[]).map(({ role, content }) => [role, content]);

describe('facts of the table that encoders ask for', () => {
  it('alternatingRoles: neighbours of one role become one, and the user opens', () => {
    const messages = [{ role: 'assistant', content: 'a' }, user('x'), user('y')];
    const taken = (capabilities: Capabilities): unknown[] =>
      rolesOf(
        encode('anthropic-messages', 'openai-chat', { max_tokens: 9, model: 'm', messages }, capabilities),
      );
    expect(taken({}).map((entry) => (entry as unknown[])[0])).toEqual(['assistant', 'user', 'user']);
    expect(taken({ alternatingRoles: true })).toEqual([
      ['user', '(continued)'],
      ['assistant', 'a'],
      [
        'user',
        [
          { type: 'text', text: 'x' },
          { type: 'text', text: 'y' },
        ],
      ],
    ]);
  });

  it.each<[DialectId, UpstreamDialectId, JsonObject, Capabilities]>([
    [
      'openai-chat',
      'openai-chat',
      {
        model: 'm',
        messages: [user([{ type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } }])],
      },
      { audio: false },
    ],
    [
      'openai-chat',
      'gemini-generate',
      {
        model: 'm',
        messages: [user([{ type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } }])],
      },
      { audio: false },
    ],
    [
      'gemini-generate',
      'gemini-generate',
      { contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'video/mp4', data: 'AA==' } }] }] },
      { video: false },
    ],
  ])('%s to %s: what a model does not take is refused (%j)', (from, to, body, capabilities) => {
    expect(() => encode(from, to, body, {})).not.toThrow();
    expect(() => encode(from, to, body, capabilities)).toThrow(/takes no (?:audio|video)/);
  });

  it.each([
    [{ thinking: 'adaptive' }, 'adaptive'],
    [{ thinking: 'adaptive', thinkingFirst: true }, 'disabled'],
    [{ thinking: 'budget' }, 'disabled'],
    [{ thinking: 'budget', thinkingFirst: false }, 'enabled'],
  ] as const)('thinkingFirst: a tool loop without signed thinking under %j is %s', (capabilities, type) => {
    const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } };
    const body = encode(
      'openai-chat',
      'anthropic-messages',
      {
        model: 'm',
        reasoning_effort: 'high',
        messages: [
          user('q'),
          { role: 'assistant', content: null, tool_calls: [call] },
          { role: 'tool', tool_call_id: 'c1', content: 'r' },
        ],
      },
      capabilities,
    );
    expect(body.thinking).toMatchObject({ type });
  });
});
