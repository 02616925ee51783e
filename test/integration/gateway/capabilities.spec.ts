import { openDataPlane, openUpstream, type DataPlaneFixture, type RawUpstream } from './open-data-plane';
import { ANSWERS, askGateway } from '../provider-auth/ask-gateway';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const OMITTED = '[image omitted: model has no vision]';

let upstream: RawUpstream;
let plane: DataPlaneFixture;

const provider = (use: string, more: object = {}): object => ({
  use,
  baseUrl: upstream.url,
  allowPrivateNetwork: true,
  credentials: [{ name: 'k', apiKey: 'key' }],
  ...more,
});

beforeEach(async () => {
  upstream = await openUpstream((request, response) => {
    const answer = request.url?.includes('messages') ? ANSWERS.messages : ANSWERS.chat;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  const blind = { models: { 'text-*': { images: false } } };
  plane = await openDataPlane({
    providers: {
      chat: provider('openai-compatible', blind),
      claude: provider('anthropic-compatible', { ...blind, unsupportedMedia: 'drop_with_placeholder' }),
      strictly: provider('openai-compatible', {
        models: { '*': { refusedMembers: ['user', 'stream_options', 'seed'], maxOutputTokens: 50 } },
      }),
    },
    models: {
      blind: { targets: [{ provider: 'chat', model: 'text-1' }] },
      words: { unsupportedMedia: 'drop_with_placeholder', targets: [{ provider: 'chat', model: 'text-1' }] },
      claude: { targets: [{ provider: 'claude', model: 'text-1' }] },
      sees: { targets: [{ provider: 'chat', model: 'text-1', capabilities: { images: true } }] },
      fallback: {
        targets: [
          { provider: 'chat', model: 'text-1' },
          { provider: 'chat', model: 'vision-1' },
        ],
      },
      strictly: { targets: [{ provider: 'strictly', model: 'x' }] },
    },
    unpriced: 'allow',
  });
});

afterEach(async () => {
  await plane.close();
  await upstream.close();
});

const look = (model: string, url = `data:image/png;base64,${PNG}`) => ({
  model,
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'look' },
        { type: 'image_url', image_url: { url } },
      ],
    },
  ],
});
const sent = (): string => upstream.seen[0]?.body.toString() ?? '';

describe('an image for a model without vision', () => {
  it('is refused before anything is sent, in the passthrough lane too', async () => {
    const answer = await askGateway(plane, '/v1/chat/completions', look('blind'));
    expect([answer.status, upstream.seen.length]).toEqual([400, 0]);
    expect(answer.text).toContain('unsupported_content');
  });

  it('goes to the target of the alias that sees', async () => {
    const answer = await askGateway(plane, '/v1/chat/completions', look('fallback'));
    expect([answer.status, answer.headers.get('x-turnpike-model')]).toEqual([200, 'vision-1']);
    expect(sent()).toContain(PNG);
  });

  it.each(['words', 'claude'])('becomes words where the policy says so: %s', async (model) => {
    const answer = await askGateway(plane, '/v1/chat/completions', look(model));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-turnpike-warnings')).toContain('dropped:image');
    expect(sent()).toContain(OMITTED);
    expect(sent()).not.toContain(PNG);
  });

  it('is not fetched when it is not sent', async () => {
    const answer = await askGateway(
      plane,
      '/v1/chat/completions',
      look('words', 'https://127.0.0.1:1/a.png'),
    );
    expect([answer.status, sent().includes(OMITTED)]).toEqual([200, true]);
  });

  it('passes where the configuration knows better', async () => {
    const answer = await askGateway(plane, '/v1/chat/completions', look('sees'));
    expect([answer.status, answer.headers.get('x-turnpike-lane')]).toEqual([200, 'passthrough']);
  });
});

describe('members that a model refuses', () => {
  it.each([
    ['/v1/chat/completions', 'passthrough', { user: 'u', seed: 7 }],
    ['/v1/messages', 'translate', { max_tokens: 99, metadata: { user_id: 'u' } }],
  ])('are left out of %s (%s)', async (path, lane, members) => {
    const body = { model: 'strictly', messages: [{ role: 'user', content: 'hi' }], ...members };
    const answer = await askGateway(plane, path, body);
    expect([answer.status, answer.headers.get('x-turnpike-lane')]).toEqual([200, lane]);
    expect(Object.keys(JSON.parse(sent()) as object)).not.toEqual(expect.arrayContaining(['user']));
    expect(sent()).not.toContain('seed');
  });

  it('are not added either', async () => {
    await askGateway(plane, '/v1/chat/completions', {
      model: 'strictly',
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
    });
    expect(sent()).not.toContain('stream_options');
  });
});
