import { parseJson, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import { unwrapSignature, unfoldResponse } from '@turnpike/protocol';
import { RESPONSES_CONVERSATION as CODEC } from '.';
import { decodeResponsesRequest, encodeResponsesRequest } from '../request';
import { encodeResponsesResponse } from '../response';
import { createResponsesStreamEncoder } from '../stream';

const VIEW = { id: '1', model: 'alias', createdAt: 5, includeUsage: true, inputEstimate: 12 };
const ORIGIN = { vendor: 'openai', account: 'main' };
const state = (body: JsonObject): unknown => CODEC.readState((name) => body[name]);
const reasoning = (encrypted?: string): JsonObject => ({
  type: 'reasoning',
  id: 'rs_1',
  summary: [],
  ...(encrypted === undefined ? {} : { encrypted_content: encrypted }),
});
const said: JsonObject = {
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'hi', annotations: [] }],
};

describe('readState', () => {
  it.each<[JsonObject, object]>([
    [{}, { namesConversation: false, stores: true }],
    [
      { store: null, previous_response_id: null, conversation: null },
      { namesConversation: false, stores: true },
    ],
    [
      { store: false, previous_response_id: 'resp_1' },
      { previousId: 'resp_1', namesConversation: false, stores: false },
    ],
    [
      { store: true, conversation: { id: 'conv_1' } },
      { namesConversation: true, stores: true },
    ],
  ])('of %j', (body, expected) => expect(state(body)).toEqual(expected));

  it.each<[JsonObject, string]>([
    [{ previous_response_id: 7 }, 'previous_response_id'],
    [{ previous_response_id: '' }, 'previous_response_id'],
    [{ store: 'no' }, 'store'],
  ])('refuses %j', (body, param) =>
    expect(() => state(body)).toThrow(expect.objectContaining({ details: { param } }) as Error),
  );
});

describe('items of a conversation', () => {
  it.each<[string, string, Json[]]>([
    ['a text', '"hi \\u00e4"', [{ type: 'message', role: 'user', content: 'hi ä' }]],
    ['nothing', 'null', []],
    ['items', '[{"role":"user","content":"x"}]', [{ role: 'user', content: 'x' }]],
    ['one item', '{"role":"user","content":"x"}', [{ role: 'user', content: 'x' }]],
  ])('of %s', (_, input, items) => expect(CODEC.inputItems(input)).toEqual(items));

  it('keep every digit', () => {
    const items = CODEC.inputItems('[{"role":"user","n":12345678901234567890}]');
    expect(CODEC.replayItems(items, new Set())).toBe('[{"role":"user","n":12345678901234567890}]');
  });

  it('say whose reasoning theirs is', () => {
    const [wrapped, other] = CODEC.outputItems(
      { output: [reasoning('secret'), said] },
      ORIGIN,
    ) as JsonObject[];
    expect(unwrapSignature(String(wrapped?.encrypted_content))).toEqual({
      vendor: 'openai',
      kind: 'reasoning',
      value: 'secret',
      accountHash: 'main',
      itemId: 'rs_1',
    });
    expect(other).toEqual(said);
    expect(CODEC.outputItems({ output: [wrapped ?? null] }, { vendor: 'x', account: 'y' })).toEqual([
      wrapped,
    ]);
    expect(CODEC.outputItems({}, ORIGIN)).toEqual([]);
  });

  it('go to other accounts without reasoning that these cannot read', () => {
    const items = CODEC.outputItems({ output: [reasoning('secret'), reasoning(), said] }, ORIGIN);
    const left = (...accounts: string[]): number =>
      (parseJson(CODEC.replayItems(items, new Set(accounts))) as Json[]).length;
    expect([left(), left('main'), left('other'), left('main', 'other')]).toEqual([3, 3, 2, 2]);
  });

  it('are a request to another server, without the ids of the first', () => {
    const items = CODEC.outputItems({ output: [reasoning('secret'), said] }, ORIGIN);
    const input = parseJson(
      CODEC.replayItems(
        [...CODEC.inputItems('"hello"'), ...items, ...CODEC.inputItems('"go on"')],
        new Set(),
      ),
    );
    const request = decodeResponsesRequest({ model: 'm', input });
    const { body } = encodeResponsesRequest(request, { model: 'up', capabilities: {}, vendor: 'openai' });
    expect(stringifyJson(body)).not.toMatch(/rs_1|msg_1/);
    expect(body.input).toMatchObject([
      { role: 'user' },
      { type: 'reasoning', encrypted_content: 'secret' },
      { role: 'assistant' },
      { role: 'user' },
    ]);
    const foreign = encodeResponsesRequest(request, { model: 'up', capabilities: {}, vendor: 'other' }).body;
    expect(stringifyJson(foreign)).not.toContain('secret');
  });
});

describe('readEnd', () => {
  const answer = { parts: [{ kind: 'text' as const, text: 'response.failed\n\n' }], stop: 'end' as const };
  const pieces = (): string[] => {
    const encoder = createResponsesStreamEncoder(VIEW);
    return unfoldResponse(answer).flatMap((event) => encoder.push(event));
  };

  it('finds the response that a stream ended in, in its last piece', () => {
    const whole = encodeResponsesResponse(answer, VIEW);
    const end = CODEC.readEnd(pieces().at(-1) ?? '');
    expect(end).toMatchObject({ id: 'resp_1', status: 'completed' });
    expect(end?.output).toEqual(whole.output);
    expect(CODEC.idOf(end ?? {})).toBe('resp_1');
    expect(CODEC.readEnd(pieces().join('').replaceAll('\n', '\r\n'))).toEqual(end);
  });

  it.each([
    ['that has not ended', pieces().slice(0, -1).join('')],
    [
      'that failed',
      'event: response.failed\ndata: {"type":"response.failed","response":{"id":"resp_1"}}\n\n',
    ],
    ['of nothing', ': keep-alive\n\n'],
  ])('finds none in a stream %s', (_, text) => expect(CODEC.readEnd(text)).toBeUndefined());
});

it('tells clients what becomes of an answer', () => {
  const encode = (more: object): JsonObject =>
    encodeResponsesResponse({ parts: [], stop: 'end' }, { ...VIEW, ...more });
  expect(encode({})).toMatchObject({ store: false, previous_response_id: null });
  expect(encode({ state: { stored: true } })).toMatchObject({ store: true, previous_response_id: null });
  expect(encode({ state: { stored: true, previousId: 'resp_0' } })).toMatchObject({
    store: true,
    previous_response_id: 'resp_0',
  });
});
