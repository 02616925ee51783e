import { send } from '../pairs/fixtures/sending';
import { wordsOfDocument } from './text-types';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

it.each<[string, string, string | undefined]>([
  ['text/csv', base64('a,b'), 'a,b'],
  ['application/json', base64('{"ä":1}'), '{"ä":1}'],
  ['application/vnd.api+json', base64('{}'), '{}'],
  ['application/x-sh', base64('ls'), 'ls'],
  ['application/xml', Buffer.from([0xff, 0xfe, 0x3c, 0]).toString('base64'), undefined],
  ['application/pdf', base64('%PDF-'), undefined],
  ['application/octet-stream', base64('a'), undefined],
])('of %s: %s', (mimeType, data, words) => {
  expect(wordsOfDocument(mimeType, data)).toBe(words);
});

it('tells code in words where files of it cannot be sent', () => {
  const file = { filename: 'a.json', file_data: `data:application/json;base64,${base64('{"a":1}')}` };
  const messages = [{ role: 'user', content: [{ type: 'file', file }] }];
  expect(send('C', 'A', { messages }).body.messages).toMatchObject([
    { content: [{ type: 'document', source: { type: 'text', data: '{"a":1}' }, title: 'a.json' }] },
  ]);
  expect(send('C', 'G', { messages }).body.contents).toEqual([
    { role: 'user', parts: [{ text: 'a.json\n\n{"a":1}' }] },
  ]);
  expect(send('C', 'C', { messages }).body.messages).toEqual(messages);
});
