import { scanEnvelope, type Capabilities, type ChatRequest } from '@turnpike/protocol';
import type { Target } from '@turnpike/provider';
import { applyMediaPolicy, lackingMedia, mayLackMedia } from './media-policy';

const target = (capabilities: Capabilities, more: Partial<Target> = {}): Target =>
  ({ dialect: 'openai-chat', capabilities, ...more }) as Target;

const envelope = (content: object) =>
  scanEnvelope(Buffer.from(JSON.stringify({ messages: [{ role: 'user', content }] })), {
    list: 'messages',
    members: ['messages'],
  });

const request: ChatRequest = {
  dialect: 'openai-chat',
  model: 'm',
  system: [],
  turns: [
    { role: 'user', parts: [{ kind: 'image', source: { kind: 'url', url: 'https://x.example/a.png' } }] },
  ],
  tools: [],
  stream: false,
  includeUsage: false,
  native: {},
};

describe('media that a target cannot take', () => {
  it.each<[Capabilities, Partial<Target>, readonly string[]]>([
    [{}, {}, ['video']],
    [{ images: false }, { dialect: 'anthropic-messages' }, ['image', 'audio', 'video']],
    [
      { documents: false, audio: false, video: false },
      { dialect: 'gemini-generate' },
      ['file', 'audio', 'video'],
    ],
  ])('%j over %j: %j', (capabilities, more, expected) =>
    expect([...lackingMedia(target(capabilities, more))]).toEqual(expected),
  );

  it.each<[string, Capabilities, object, boolean]>([
    ['an image', { images: false }, [{ type: 'image_url', image_url: { url: 'x' } }], true],
    ['a document', { documents: false }, [{ type: 'file', file: { file_data: 'x' } }], true],
    ['audio', { audio: false }, [{ type: 'input_audio', input_audio: {} }], true],
    ['a part without a type', { images: false }, [{ inlineData: { mimeType: 'image/png' } }], true],
    ['words alone', { images: false }, [{ type: 'text', text: 'hi' }], false],
    ['an image for a model that sees', {}, [{ type: 'image_url', image_url: { url: 'x' } }], false],
  ])('%s is looked for: %j', (_, capabilities, content, expected) =>
    expect(mayLackMedia(envelope(content), target(capabilities))).toBe(expected),
  );

  it('becomes words where the policy says so, and stays for the refusal where it does not', () => {
    const dropping = target({ images: false }, { unsupportedMedia: 'drop_with_placeholder' });
    const told = applyMediaPolicy(request, dropping);
    expect(told.losses).toEqual(['dropped:image']);
    expect(told.request.turns[0]?.parts).toEqual([
      { kind: 'text', text: '[image omitted: model has no vision]' },
    ]);
    for (const policy of [undefined, 'refuse'] as const)
      expect(applyMediaPolicy(request, target({ images: false }, { unsupportedMedia: policy })).request).toBe(
        request,
      );
  });
});
