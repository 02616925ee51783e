import type { MediaPart, MediaSource } from '../canonical/content';
import type { ChatRequest } from '../canonical/request';
import { inlineMedia, urlsToFetch } from './inline-media';

const media = (kind: MediaPart['kind'], url: string): MediaPart => ({ kind, source: { kind: 'url', url } });
const bytes: MediaSource = { kind: 'base64', data: 'AAAA', mimeType: 'application/pdf' };
const request: ChatRequest = {
  dialect: 'openai-chat',
  model: 'm',
  system: [],
  tools: [],
  stream: false,
  includeUsage: true,
  native: {},
  turns: [
    { role: 'user', parts: [{ kind: 'text', text: 'hi' }, media('file', 'u1'), media('image', 'u2')] },
    {
      role: 'user',
      parts: [{ kind: 'result', callId: 'c', parts: [media('file', 'u3'), media('file', 'u1')] }],
    },
  ],
};
const files = ({ kind }: MediaPart): boolean => kind === 'file';

it('names each wanted URL once, in results too', () => {
  expect(urlsToFetch(request, files)).toEqual(['u1', 'u3']);
  expect(urlsToFetch(request, () => false)).toEqual([]);
});

it('puts bytes where a wanted URL stood, and leaves the rest alone', () => {
  const inlined = inlineMedia(
    request,
    files,
    new Map([
      ['u1', bytes],
      ['u2', bytes],
    ]),
  );
  expect(inlined.turns.map(({ parts }) => parts)).toEqual([
    [{ kind: 'text', text: 'hi' }, { kind: 'file', source: bytes }, media('image', 'u2')],
    [{ kind: 'result', callId: 'c', parts: [media('file', 'u3'), { kind: 'file', source: bytes }] }],
  ]);
});
