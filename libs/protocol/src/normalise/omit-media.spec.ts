import type { MediaPart, Part } from '../canonical/content';
import type { ChatRequest } from '../canonical/request';
import { omitMedia, type MediaKind } from './omit-media';

const media = (kind: MediaKind, mimeType: string, more: Partial<MediaPart> = {}): MediaPart => ({
  kind,
  source: { kind: 'base64', data: 'AA==', mimeType },
  ...more,
});

const requestOf = (...parts: Part[]): ChatRequest => ({
  dialect: 'openai-chat',
  model: 'm',
  system: [],
  turns: [{ role: 'user', parts }],
  tools: [],
  stream: false,
  includeUsage: false,
  native: {},
});

const textOf = (text: string): Part => ({ kind: 'text', text });

describe('omitMedia', () => {
  it.each<[string, Part, readonly MediaKind[], Part]>([
    ['an image', media('image', 'image/png'), ['image'], textOf('[image omitted: model has no vision]')],
    [
      'a picture sent as a file',
      media('file', 'image/png'),
      ['image'],
      textOf('[image omitted: model has no vision]'),
    ],
    [
      'a document',
      media('file', 'application/pdf'),
      ['file'],
      textOf('[document omitted: model takes none]'),
    ],
    ['audio', media('audio', 'audio/wav'), ['audio'], textOf('[audio omitted: model takes none]')],
    ['video', media('video', 'video/mp4'), ['video'], textOf('[video omitted: model takes none]')],
    [
      'an image in a result',
      { kind: 'result', callId: 'c', parts: [media('image', 'image/png')] },
      ['image'],
      { kind: 'result', callId: 'c', parts: [textOf('[image omitted: model has no vision]')] },
    ],
  ])('%s becomes words', (_, part, omitted, expected) => {
    const before = requestOf(textOf('look'), part);
    const after = omitMedia(before, new Set(omitted));
    expect(after.omitted).toEqual(omitted);
    expect(after.request.turns[0]?.parts).toEqual([textOf('look'), expected]);
    expect(before.turns[0]?.parts[1]).toBe(part);
  });

  it('leaves what the target takes, and documents whose words are there', () => {
    const request = requestOf(media('image', 'image/png'), media('file', 'text/plain', { text: 'words' }));
    const after = omitMedia(request, new Set<MediaKind>(['file', 'audio']));
    expect(after).toEqual({ request, omitted: [] });
    expect(after.request).toBe(request);
  });
});
