import { Sha256 } from '@aws-crypto/sha256-js';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { SignatureV4 } from '@smithy/signature-v4';
import type { MockUpstream } from './mock-upstream';
import { createMockUpstream } from './mock-upstream';

const PATH = '/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse';
const KEYS = { accessKeyId: 'AKIDMOCKUPSTREAM', secretAccessKey: 'mock-upstream-secret' };

let mock: MockUpstream;
beforeAll(async () => {
  mock = await createMockUpstream({ paceMs: 0 });
});
afterAll(() => mock.close());

const bodyOf = (prompt: string): string =>
  JSON.stringify({
    messages: [{ role: 'user', content: [{ text: prompt }] }],
    toolConfig: { tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object' } } } }] },
  });

async function sign(
  path: string,
  body: string,
  credentials = KEYS,
  at = new Date(),
): Promise<Record<string, string>> {
  const signer = new SignatureV4({ service: 'bedrock', region: 'eu-west-1', credentials, sha256: Sha256 });
  const { headers } = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      headers: { host: `127.0.0.1:${mock.port}`, 'content-type': 'application/json' },
      body,
    },
    { signingDate: at },
  );
  return headers;
}
const post = (path: string, body: string, headers: Record<string, string>): Promise<Response> =>
  fetch(mock.url + path, { method: 'POST', body, headers });
const bearer = { authorization: 'Bearer key', 'content-type': 'application/json' };

describe('who may ask Bedrock', () => {
  it('those who sign with a known secret', async () => {
    const body = bodyOf('[[mock: text=hello]]');
    const answer = await post(PATH, body, await sign(PATH, body));
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('"text":"hello"')]);
    expect(mock.journal.last()).toMatchObject({
      dialect: 'bedrock',
      credential: 'AKIDMOCKUPSTREAM',
      model: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
    });
  });

  it('those with a bearer key', async () => {
    expect((await post(PATH, bodyOf('hi'), bearer)).status).toBe(200);
  });

  const body = bodyOf('hi');
  it.each<[string, string, () => Promise<[string, Record<string, string>]>]>([
    ['nobody without either', 'MissingAuthenticationTokenException', async () => [body, {}]],
    [
      'an unknown key',
      'UnrecognizedClientException',
      async () => [body, await sign(PATH, body, { ...KEYS, accessKeyId: 'AKIDX' })],
    ],
    [
      'another secret',
      'InvalidSignatureException',
      async () => [body, await sign(PATH, body, { ...KEYS, secretAccessKey: 'x' })],
    ],
    ['another body', 'InvalidSignatureException', async () => [bodyOf('ho'), await sign(PATH, body)]],
    ['another path', 'InvalidSignatureException', async () => [body, await sign(`${PATH}-stream`, body)]],
    [
      'an old signature',
      'InvalidSignatureException',
      async () => [body, await sign(PATH, body, KEYS, new Date(Date.now() - 3_600_000))],
    ],
    [
      'a header added later',
      'InvalidSignatureException',
      async () => [body, { ...(await sign(PATH, body)), 'x-amz-target': 'x' }],
    ],
  ])('not %s', async (_name, type, make) => {
    const answer = await post(PATH, ...(await make()));
    expect(answer.status).toBe(403);
    expect(answer.headers.get('x-amzn-errortype')).toContain(type);
    expect(await answer.json()).toEqual({ message: expect.stringMatching(/./) as unknown });
  });
});

interface Frame {
  readonly kind: string;
  readonly body: Record<string, unknown>;
}

/** Reads frames with the vendor's own codec, which checks both checksums. */
function framesOf(bytes: Uint8Array): Frame[] {
  const codec = new EventStreamCodec(
    (x) => Buffer.from(x).toString(),
    (x) => Buffer.from(x),
  );
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0);
    const { headers, body } = codec.decode(bytes.subarray(at, at + size));
    const name = headers[':event-type'] ?? headers[':exception-type'];
    const { p: _, ...rest } = JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>;
    frames.push({ kind: String(name?.value), body: rest });
    at += size;
  }
  return frames;
}
const stream = async (prompt: string): Promise<Frame[]> => {
  const answer = await post(`${PATH}-stream`, bodyOf(prompt), bearer);
  expect(answer.headers.get('content-type')).toBe('application/vnd.amazon.eventstream');
  return framesOf(new Uint8Array(await answer.arrayBuffer()));
};

describe('the event stream', () => {
  it('has every block in its frames, and usage after the stop', async () => {
    const frames = await stream(
      '[[mock: think=1 redacted=1 sayToo text="two words" chunks=2 tool=1 toolArgs="{\\"a\\":1}" tokens=9 in=100 cached=60 cacheWrite=7]]',
    );
    expect(frames.map((frame) => frame.kind).join(' ')).toBe(
      [
        'messageStart',
        'contentBlockDelta contentBlockDelta contentBlockDelta contentBlockStop',
        'contentBlockDelta contentBlockStop',
        'contentBlockDelta contentBlockDelta contentBlockStop',
        'contentBlockStart contentBlockDelta contentBlockDelta contentBlockDelta contentBlockStop',
        'messageStop metadata',
      ].join(' '),
    );
    expect(frames.find((frame) => frame.kind === 'contentBlockStart')?.body).toEqual({
      start: { toolUse: { toolUseId: expect.stringMatching(/^call_/) as unknown, name: 'f' } },
      contentBlockIndex: 3,
    });
    expect(frames.at(-2)?.body).toEqual({ stopReason: 'tool_use' });
    expect(frames.at(-1)?.body).toMatchObject({
      usage: {
        inputTokens: 100,
        outputTokens: 9,
        cacheReadInputTokens: 60,
        cacheWriteInputTokens: 7,
        cacheDetails: [{ ttl: '5m', inputTokens: 7 }],
      },
    });
  });

  it('ends in an exception of its own kind', async () => {
    const frames = await stream('[[mock: text=abcd fault=error:mid message=busy]]');
    expect(frames.at(-1)).toEqual({ kind: 'serviceUnavailableException', body: { message: 'busy' } });
  });

  it('refuses what it did not sign when a conversation goes on', async () => {
    const first = await (await post(PATH, bodyOf('[[mock: think=1 text=x]]'), bearer)).json();
    const { message } = (first as { output: { message: { role: string; content: unknown[] } } }).output;
    const next = (content: unknown): string =>
      JSON.stringify({
        messages: [
          { role: 'user', content: [{ text: 'hi' }] },
          { role: 'assistant', content },
          { role: 'user', content: [{ text: 'on' }] },
        ],
      });
    expect((await post(PATH, next(message.content), bearer)).status).toBe(200);
    const foreign = [
      { reasoningContent: { reasoningText: { text: 'hm', signature: 'AAAA' } } },
      { text: 'x' },
    ];
    expect((await post(PATH, next(foreign), bearer)).status).toBe(400);
  });

  it('counts tokens', async () => {
    const counted = {
      input: { converse: { messages: [{ role: 'user', content: [{ text: 'x'.repeat(400) }] }] } },
    };
    const answer = await post(PATH.replace('converse', 'count-tokens'), JSON.stringify(counted), bearer);
    expect(await answer.json()).toEqual({ inputTokens: 101 });
  });
});
