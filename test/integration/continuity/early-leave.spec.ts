import { until } from '@turnpike/testing';
import { openUpstream, type RawUpstream } from '../gateway/open-data-plane';
import { freshSecret, KEYS, openGateway, type TestGateway } from './open-gateway';

let upstream: RawUpstream;
let gateway: TestGateway;

const event = (type: string, more: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: 0, ...more })}\n\n`;
const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'hello', annotations: [], logprobs: [] }],
};
const response = (more: object): object => ({ id: 'resp_up', object: 'response', model: 'm1', ...more });

/** The whole answer in each wire, with which the connection does not end. */
const RESPONSES =
  event('response.created', { response: response({ status: 'in_progress', output: [] }) }) +
  event('response.output_text.delta', {
    output_index: 0,
    content_index: 0,
    item_id: 'msg_1',
    delta: 'hello',
  }) +
  event('response.output_item.done', { output_index: 0, item: message }) +
  event('response.completed', { response: response({ status: 'completed', output: [message] }) });
const CHAT =
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { role: 'assistant', content: 'hello' } }] })}\n\n` +
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\n` +
  'data: [DONE]\n\n';

beforeAll(async () => {
  upstream = await openUpstream((request, reply) => {
    reply.writeHead(200, { 'content-type': 'text/event-stream' });
    reply.write(request.url?.includes('responses') ? RESPONSES : CHAT);
  });
  const provider = (more: object): object => ({
    use: 'openai-compatible',
    baseUrl: `${upstream.url}/v1`,
    allowPrivateNetwork: true,
    credentials: [{ name: 'c', apiKey: 'k' }],
    ...more,
  });
  const config = {
    providers: { passthrough: provider({ dialect: 'openai-responses' }), translate: provider({}) },
    models: Object.fromEntries(
      ['passthrough', 'translate'].map((name) => [name, { targets: [{ provider: name, model: 'm1' }] }]),
    ) as object,
    passthrough: { enabled: true },
    prices: { overrides: [] },
    unpriced: 'allow',
    resilience: { clientAbort: { drainMs: 50 } },
  };
  gateway = await openGateway({ config, secretKeys: [freshSecret()] });
});

afterAll(async () => {
  await gateway.close();
  await upstream.close();
});

it.each(['passthrough', 'translate'])(
  'an answer whose client leaves at its end is remembered (%s)',
  async (model) => {
    const leaving = new AbortController();
    const answer = await fetch(`${gateway.url}/v1/responses`, {
      method: 'POST',
      signal: leaving.signal,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${KEYS.ann}` },
      body: JSON.stringify({ model, input: 'hi', stream: true }),
    });
    const reader = answer.body?.getReader();
    let text = '';
    while (!text.includes('event: response.completed')) {
      const piece = await reader?.read();
      if (!piece || piece.done) throw new Error(`the stream ended: ${text}`);
      text += Buffer.from(piece.value as Uint8Array).toString();
    }
    const id = /"id":"(resp_[^"]+)"/.exec(text)?.[1] ?? '';
    leaving.abort();
    const stored = await until(() => gateway.client().responses.retrieve(id));
    expect(stored).toMatchObject({ id, status: 'completed', output_text: 'hello' });
  },
);
