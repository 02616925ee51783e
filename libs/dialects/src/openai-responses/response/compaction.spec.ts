import type { JsonObject } from '@turnpike/kernel';
import { createSseParser, unfoldResponse, unwrapSignature, type ChatResponse } from '@turnpike/protocol';
import { encodeMessagesRequest } from '../../anthropic-messages/request';
import type { AnswerView } from '../../dialect';
import { readResponsesStream } from '../fixtures/read-responses-stream';
import { decodeResponsesRequest, encodeResponsesRequest } from '../request';
import { createResponsesStreamEncoder } from '../stream';
import { encodeResponsesResponse } from '.';

const TRIGGER: JsonObject = {
  model: 'm',
  input: [{ role: 'user', content: 'fix it' }, { type: 'compaction_trigger' }],
};
const OWN: JsonObject = { type: 'compaction', id: 'cmp_up', encrypted_content: 'gAAA' };
const SUMMARY: ChatResponse = {
  stop: 'end',
  parts: [
    { kind: 'reasoning', text: 'hm' },
    { kind: 'text', text: 'It is ' },
    { kind: 'text', text: 'fixed.' },
  ],
};
const NATIVE: ChatResponse = { stop: 'end', parts: [{ kind: 'opaque', vendor: 'openai', raw: OWN }] };
const view = (body: JsonObject): AnswerView => ({
  id: '1',
  model: 'alias',
  createdAt: 5,
  includeUsage: true,
  inputEstimate: 1,
  request: decodeResponsesRequest(body),
});
const target = { model: 'up', capabilities: {}, vendor: 'anthropic' };

function streamed(answer: ChatResponse, body: JsonObject): JsonObject[] {
  const encoder = createResponsesStreamEncoder(view(body));
  const parser = createSseParser();
  const text = unfoldResponse(answer)
    .flatMap((event) => encoder.push(event))
    .join('');
  const events = [...parser.push(Buffer.from(text)), ...parser.end()];
  expect(readResponsesStream(events).problems).toEqual([]);
  return (JSON.parse(events.at(-1)?.data ?? '') as { response: { output: JsonObject[] } }).response.output;
}

const whole = (answer: ChatResponse, body: JsonObject): JsonObject[] =>
  encodeResponsesResponse(answer, view(body)).output as JsonObject[];

describe.each([
  ['whole', whole],
  ['streamed', streamed],
])('a %s answer to a request for the conversation in short', (_, answer) => {
  it('is one item that holds the summary', () => {
    const output = answer(SUMMARY, TRIGGER);
    expect(output).toMatchObject([{ type: 'compaction', id: expect.stringMatching(/^cmp_/) as string }]);
    expect(unwrapSignature(String(output[0]?.encrypted_content))).toMatchObject({
      kind: 'summary',
      value: 'It is fixed.',
    });
  });

  it('is the vendor’s own item where it has one', () => {
    expect(answer(NATIVE, TRIGGER)).toMatchObject([{ type: 'compaction', encrypted_content: 'gAAA' }]);
  });

  it('is an ordinary answer to every other request', () => {
    expect(answer(SUMMARY, { ...TRIGGER, input: 'hi' }).map((item) => item.type)).toEqual([
      'reasoning',
      'message',
    ]);
  });
});

describe('compacted history', () => {
  const [item = {}] = whole(SUMMARY, TRIGGER);
  const next = (own: JsonObject): JsonObject => ({
    model: 'm',
    input: [own, { role: 'user', content: 'go on' }],
  });

  it('is asked for in words where the item is unknown, and by the item where it is known', () => {
    const request = decodeResponsesRequest(TRIGGER);
    const { body } = encodeMessagesRequest(request, target);
    expect(JSON.stringify(body.messages)).toContain('Summarise this conversation');
    expect(encodeResponsesRequest(request, { ...target, vendor: 'openai' }).body.input).toMatchObject([
      { role: 'user' },
      { type: 'compaction_trigger' },
    ]);
  });

  it('comes back as words for every model', () => {
    const request = decodeResponsesRequest(next(item));
    for (const { body } of [
      encodeMessagesRequest(request, target),
      encodeResponsesRequest(request, { ...target, vendor: 'openai' }),
    ])
      expect(JSON.stringify(body)).toContain('It is fixed.');
  });

  it('of the vendor’s own goes to the vendor alone', () => {
    const request = decodeResponsesRequest(next(OWN));
    expect(encodeResponsesRequest(request, { ...target, vendor: 'openai' }).body.input).toMatchObject([
      { type: 'compaction', encrypted_content: 'gAAA' },
      { role: 'user' },
    ]);
    expect(() => encodeMessagesRequest(request, target)).toThrow('compaction');
  });
});
