import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities } from '@turnpike/protocol';
import { becomes, send, type Letter, type Row } from './fixtures/sending';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const chat = (...messages: JsonObject[]): JsonObject => ({ messages });
const said = (role: string, content: string): JsonObject => ({ role, content });

const PARTS: readonly Row[] = [
  [
    'images as data URLs',
    'C',
    'A',
    chat({
      role: 'user',
      content: [{ type: 'image_url', image_url: { url: `data:image/jpg;base64,${PNG}` } }],
    }),
    {},
    { messages: [{ content: [{ source: { type: 'base64', media_type: 'image/png', data: PNG } }] }] },
  ],
  [
    'images by URL',
    'R',
    'A',
    { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'https://a.example/x.png' }] }] },
    {},
    { messages: [{ content: [{ type: 'image', source: { type: 'url', url: 'https://a.example/x.png' } }] }] },
  ],
  [
    'images become strings',
    'A',
    'R',
    {
      messages: [
        {
          role: 'user',
          content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } }],
        },
      ],
    },
    {},
    { input: [{ content: [{ type: 'input_image', image_url: `data:image/png;base64,${PNG}` }] }] },
  ],
  [
    'documents keep their titles',
    'C',
    'A',
    chat({
      role: 'user',
      content: [
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0x' } },
      ],
    }),
    {},
    {
      messages: [
        { content: [{ type: 'document', title: 'a.pdf', source: { media_type: 'application/pdf' } }] },
      ],
    },
  ],
  [
    'documents by URL',
    'A',
    'R',
    {
      messages: [
        {
          role: 'user',
          content: [{ type: 'document', source: { type: 'url', url: 'https://a.example/a.pdf' } }],
        },
      ],
    },
    {},
    { input: [{ content: [{ type: 'input_file', file_url: 'https://a.example/a.pdf' }] }] },
  ],
  [
    'documents of plain text are text, under their titles',
    'A',
    'C',
    {
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'document',
              title: 'T',
              source: { type: 'text', media_type: 'text/plain', data: 'words' },
            },
          ],
        },
      ],
    },
    {},
    { messages: [{ role: 'user', content: 'T\n\nwords' }] },
  ],
  [
    'sound is inline data',
    'C',
    'G',
    chat({ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } }] }),
    {},
    { contents: [{ parts: [{ inlineData: { mimeType: 'audio/mpeg', data: 'AAAA' } }] }] },
  ],
  [
    'base64 in any spelling is standard base64',
    'G',
    'A',
    {
      contents: [
        { parts: [{ inline_data: { mime_type: 'image/png', data: `${PNG.replaceAll('+', '-')}\n` } }] },
      ],
    },
    {},
    { messages: [{ content: [{ source: { data: PNG } }] }] },
  ],
  [
    'pictures that a model drew go back to models that take them',
    'R',
    'G',
    {
      input: [
        said('user', 'draw'),
        { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: PNG },
        said('user', 'redder'),
      ],
    },
    {},
    {
      contents: [
        { role: 'user' },
        { role: 'model', parts: [{ inlineData: { mimeType: 'image/png', data: PNG } }] },
        {},
      ],
    },
  ],
  [
    'cache marks go where they are known',
    'C',
    'A',
    chat({
      role: 'user',
      content: [{ type: 'text', text: 'q', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    }),
    {},
    { messages: [{ content: [{ text: 'q', cache_control: { type: 'ephemeral', ttl: '1h' } }] }] },
  ],
  [
    'and nowhere else',
    'A',
    'C',
    {
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'q', cache_control: { type: 'ephemeral' } }] },
      ],
    },
    {},
    { messages: [{ role: 'user', content: 'q' }] },
  ],
];

/** Clients of the vendor's two dialects mix the parts of both. */
const MIXED: readonly Row[] = [
  [
    'sound',
    'R',
    'G',
    {
      input: [
        {
          role: 'user',
          content: [{ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }],
        },
      ],
    },
    {},
    { contents: [{ parts: [{ inlineData: { mimeType: 'audio/wav', data: 'UklGRg==' } }] }] },
  ],
  [
    'a bare URL',
    'C',
    'R',
    chat({
      role: 'user',
      content: [{ type: 'input_image', image_url: 'https://a.example/x.png', detail: 'low' }],
    }),
    {},
    { input: [{ content: [{ type: 'input_image', image_url: 'https://a.example/x.png', detail: 'low' }] }] },
  ],
  [
    'a flat file',
    'C',
    'A',
    chat({
      role: 'user',
      content: [{ type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0x' }],
    }),
    {},
    { messages: [{ content: [{ type: 'document', title: 'a.pdf' }] }] },
  ],
  [
    'a file in an object',
    'R',
    'C',
    {
      input: [
        {
          role: 'user',
          content: [
            {
              type: 'file',
              file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0x' },
            },
          ],
        },
      ],
    },
    {},
    { messages: [{ content: [{ type: 'file', file: { filename: 'a.pdf' } }] }] },
  ],
  [
    'a mark of the cache',
    'R',
    'A',
    {
      input: [
        {
          role: 'user',
          content: [{ type: 'input_text', text: 'q', cache_control: { type: 'ephemeral' } }],
        },
      ],
    },
    {},
    { messages: [{ content: [{ text: 'q', cache_control: { type: 'ephemeral' } }] }] },
  ],
  [
    'what only a server knows',
    'C',
    'C',
    chat({
      role: 'user',
      content: [{ type: 'image_url', image_url: { url: 'https://a.example/x.png' }, min_pixels: 9 }],
    }),
    {},
    { messages: [{ content: [{ type: 'image_url', min_pixels: 9 }] }] },
  ],
];

describe('content', () => becomes(PARTS));
describe('mixed content', () => becomes(MIXED));

describe('what has no honest translation', () => {
  it.each<[string, Letter, Letter, JsonObject, Capabilities, RegExp]>([
    [
      'an answer that was begun',
      'A',
      'G',
      { messages: [said('user', 'q'), said('assistant', 'So')] },
      {},
      /assistant prefill is not supported by this model/i,
    ],
    [
      'a file of another vendor’s account',
      'C',
      'A',
      chat({ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }),
      {},
      /file reference belongs to openai/i,
    ],
    [
      'a picture for a blind model',
      'A',
      'C',
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } }],
          },
        ],
      },
      { images: false },
      /takes no images/,
    ],
    [
      'content of a type that nobody knows',
      'A',
      'C',
      { messages: [{ role: 'user', content: [{ type: 'hologram', x: 1 }] }] },
      {},
      /hologram/,
    ],
    ['a stored response', 'R', 'C', { previous_response_id: 'resp_1' }, {}, /previous response/],
    ['a response in the background', 'R', 'A', { background: true }, {}, /background/i],
    ['a thread', 'A', 'C', { thread: { type: 'create' } }, {}, /thread is not supported/],
    ['several choices', 'C', 'A', { n: 2 }, {}, /More than one choice/],
    ['several choices', 'C', 'G', { n: 2 }, { choices: 1 }, /More than one choice/],
    ['more choices than there are', 'C', 'G', { n: 9 }, { choices: 8 }, /More than 8 choices/],
    ['spoken answers', 'C', 'G', { modalities: ['text', 'audio'] }, {}, /Audio output/],
  ])('is refused: %s (%s to %s)', (_, from, to, body, capabilities, message) => {
    expect(() => send(from, to, body, capabilities)).toThrow(message);
  });
});
