import type { ServerResponse } from 'node:http';
import {
  answerWell,
  chat,
  configOf,
  openProvider,
  openStage,
  providerAt,
  type Provider,
  type Stage,
} from './stage';

jest.setTimeout(60_000);

let stage: Stage;
let one: Provider;
let two: Provider;
beforeAll(async () => {
  [one, two] = await Promise.all([openProvider(), openProvider()]);
  stage = await openStage(
    configOf(
      {
        one: providerAt('openai-compatible', one, 'sk-one-1111111111'),
        two: providerAt('anthropic-compatible', two, 'sk-two-2222222222'),
      },
      { chat: ['one/m1'], messages: ['two/m2'] },
    ),
  );
});
afterAll(async () => {
  await stage.close();
  await Promise.all([one.close(), two.close()]);
});
beforeEach(() => {
  one.answer = answerWell;
  two.answer = answerWell;
});

/** The longest time, in milliseconds, that nothing else could run while `work` was done. */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return longest;
}

const many = (count: number, one: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => one(n)).join(',');

/**
 * Far above the 50 ms that a quiet machine needs at most, and far below what anything quadratic takes: the suite runs
 * beside others, client and provider of the test included.
 */
const LIMIT_MS = 2_000;

const user = '{"role":"user","content":"hi"}';
const BODIES: readonly (readonly [string, (model: string) => string])[] = [
  [
    'depth 10,000',
    (m) => `{"model":"${m}","messages":[${user}],"x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
  ],
  ['100,000 members', (m) => `{"model":"${m}","messages":[${user}],${many(100_000, (n) => `"k${n}":1`)}}`],
  ['20,000 messages', (m) => `{"model":"${m}","max_tokens":5,"messages":[${many(20_000, () => user)}]}`],
  [
    '20,000 results of one call',
    (m) =>
      `{"model":"${m}","max_tokens":5,"messages":[${user},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},${many(20_000, () => '{"role":"tool","tool_call_id":"c","content":"x"}')}]}`,
  ],
  [
    'arguments of quotes alone',
    (m) =>
      `{"model":"${m}","max_tokens":5,"messages":[${user},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":${JSON.stringify(`{"n":12345678901234567890,"a":"${'\\"'.repeat(200_000)}`)}}}]},{"role":"tool","tool_call_id":"c","content":"x"}]}`,
  ],
  [
    'a data URL of semicolons',
    (m) =>
      `{"model":"${m}","max_tokens":5,"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:${';a'.repeat(1_000_000)}"}}]}]}`,
  ],
  ['a model of slashes', (m) => `{"model":"${m}${'/x'.repeat(500_000)}","messages":[${user}]}`],
  [
    'a megabyte of white space',
    (m) =>
      `{"model":"${m}","max_tokens":5,"messages":[{"role":"user","content":"${' '.repeat(1_000_000)}"}]}`,
  ],
  [
    'a long number beside a large text',
    (m) =>
      `{"model":"${m}","max_tokens":5,"seed":1,"metadata":{"n":12345678901234567890},"messages":[{"role":"user","content":"${'x'.repeat(12_000_000)}"}]}`,
  ],
];

it.each(BODIES)('handles a body of %s in both lanes', async (_, body) => {
  for (const model of ['chat', 'messages']) {
    const longest = await longestBlock(async () => {
      const { status } = await stage.ask({ body: body(model) });
      expect(status === 200 || (status >= 400 && status < 500)).toBe(true);
    });
    expect(longest).toBeLessThan(LIMIT_MS);
  }
});

const delta = (text: string): string =>
  `data: {"choices":[{"index":0,"delta":{"content":"${text}"},"finish_reason":null}]}\n\n`;
const FINISH = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

const STREAMS: readonly (readonly [string, string])[] = [
  ['30,000 events', delta('a').repeat(30_000) + FINISH],
  ['100,000 empty events', `${delta('a')}${':\n\n'.repeat(100_000)}${FINISH}`],
  ['100,000 empty events and one CR', `${delta('a')}${':\n\n'.repeat(100_000)}:\r\n\r\n${FINISH}`],
  ['20,000 pieces of white space', delta(' ').repeat(20_000) + FINISH],
  ['20,000 lines of one event', `${delta('a')}${': x\n'.repeat(20_000)}\n${FINISH}`],
  ['one event of 15 MiB', delta('x'.repeat(15 * 1024 * 1024)) + FINISH],
  ['one event above 16 MiB', delta('x'.repeat(17 * 1024 * 1024)) + FINISH],
  [
    'arguments of quotes alone',
    `data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":${JSON.stringify(`{"n":12345678901234567890,"a":"${'\\"'.repeat(100_000)}`)}}}]}}]}\n\n${FINISH}`,
  ],
  [
    'an object that never ends',
    `data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":{"n":12345678901234567890,"a":"${'\\"'.repeat(100_000)}\n\n${FINISH}`,
  ],
  ['an error of a megabyte', `data: {"error":{"message":"${'a.'.repeat(500_000)}"}}\n\n`],
];

const sendStream = (response: ServerResponse, bytes: string): void =>
  void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(bytes);

it.each(STREAMS)('handles a stream of %s in both lanes', async (_, bytes) => {
  one.answer = (_received, response) => sendStream(response, bytes);
  for (const [n, path] of ['/v1/chat/completions', '/v1/messages'].entries()) {
    const format =
      n === 0 ? {} : { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } };
    const body = chat({ model: `one/${bytes.length}`, max_tokens: 5, stream: true, ...format });
    expect(await longestBlock(() => stage.ask({ path, body }))).toBeLessThan(LIMIT_MS);
  }
});
