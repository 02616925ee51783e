import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { UndiciMediaFetcher } from '@turnpike/provider/adapters/undici-media-fetcher';
import { openDataPlane, openUpstream, type DataPlaneFixture, type RawUpstream } from './open-data-plane';

const PDF = Buffer.from('%PDF-1.4\nx');
const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex');
let files: http.Server;
let origin: string;
let fetches: string[];
let upstream: RawUpstream;
let plane: DataPlaneFixture;
const media = new UndiciMediaFetcher({ allowPrivateNetwork: true, limitMs: 2_000 });

const ANSWER = JSON.stringify({
  id: 'x',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [
    { index: 0, message: { role: 'assistant', content: 'seen', refusal: null }, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
});
const CONVERSE = JSON.stringify({
  output: { message: { role: 'assistant', content: [{ text: 'seen' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 3, outputTokens: 1, totalTokens: 4 },
});

beforeAll(async () => {
  files = http.createServer((request, response) => {
    fetches.push(request.url ?? '');
    if (request.url === '/a.pdf') response.writeHead(200, { 'content-type': 'text/plain' }).end(PDF);
    else if (request.url === '/a.png') response.writeHead(200).end(PNG);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
  upstream = await openUpstream((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(request.url?.includes('converse') ? CONVERSE : ANSWER);
  });
  const entry = (use: string, baseUrl: string): object => ({
    use,
    baseUrl,
    allowPrivateNetwork: true,
    credentials: [{ name: 'a', apiKey: 'k' }],
  });
  plane = await openDataPlane(
    {
      providers: {
        chat: entry('openai-compatible', `${upstream.url}/v1`),
        bedrock: { ...entry('bedrock', upstream.url), region: 'us-east-1' },
      },
      models: {
        chat: { targets: [{ provider: 'chat', model: 'm' }] },
        bedrock: { targets: [{ provider: 'bedrock', model: 'm' }] },
        both: {
          targets: [
            { provider: 'bedrock', model: 'm' },
            { provider: 'chat', model: 'm' },
          ],
        },
      },
      unpriced: 'allow',
    },
    { media },
  );
});
beforeEach(() => (fetches = []));
afterAll(async () => {
  await plane?.close();
  await upstream?.close();
  await media.close();
  await new Promise((resolve) => files.close(resolve));
});

async function ask(model: string, ...content: readonly object[]): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${plane.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': plane.key, 'content-type': 'application/json' },
    body: JSON.stringify({
      model,
      max_tokens: 50,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'look' }, ...content] }],
    }),
  });
  return { status: answer.status, text: await answer.text() };
}

const document = (path: string): object => ({
  type: 'document',
  source: { type: 'url', url: origin + path },
});
const image = (path: string): object => ({ type: 'image', source: { type: 'url', url: origin + path } });
const sent = (): string => upstream.seen.at(-1)?.body.toString('utf8') ?? '';

it('fetches a document once for a target that takes none by URL, and lets it fetch what it can', async () => {
  const { status } = await ask('chat', document('/a.pdf'), image('/a.png'), document('/a.pdf'));
  expect(status).toBe(200);
  expect(fetches).toEqual(['/a.pdf']);
  expect(sent().split(`data:application/pdf;base64,${PDF.toString('base64')}`)).toHaveLength(3);
  expect(sent()).toContain(`"url":"${origin}/a.png"`);
});

it('tells the type by the bytes, for a target that takes no URL at all', async () => {
  const { status } = await ask('bedrock', document('/a.pdf'), image('/a.png'));
  expect(status).toBe(200);
  expect(fetches.sort()).toEqual(['/a.pdf', '/a.png']);
  expect(sent()).toContain(`"format":"png","source":{"bytes":"${PNG.toString('base64')}"}`);
  expect(sent()).not.toContain(origin);
});

it('says which file could not be had, before anything is sent', async () => {
  const before = upstream.seen.length;
  const { status, text } = await ask('bedrock', image('/none.png'));
  expect([status, upstream.seen.length]).toEqual([400, before]);
  expect(JSON.parse(text)).toMatchObject({
    error: { type: 'invalid_request_error', turnpike: { reason: 'media_unreachable' } },
  });
  expect(text).toContain(`${origin}/none.png`);
});

it('goes to a target that fetches for itself when it cannot', async () => {
  const { status } = await ask('both', image('/none.png'));
  expect(status).toBe(200);
  expect(sent()).toContain(`"url":"${origin}/none.png"`);
});

it('refuses a request that would have it fetch dozens of files', async () => {
  const { status, text } = await ask('bedrock', ...Array.from({ length: 21 }, (_, i) => image(`/${i}.png`)));
  expect([status, fetches]).toEqual([400, []]);
  expect(text).toContain('20 are allowed');
});
