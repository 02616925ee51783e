import { openDataPlane, openUpstream, type DataPlaneFixture, type RawUpstream } from './open-data-plane';
import { ANSWERS, askGateway } from '../provider-auth/ask-gateway';

let upstream: RawUpstream;
let plane: DataPlaneFixture;

const provider = (use: string): object => ({
  use,
  baseUrl: upstream.url,
  allowPrivateNetwork: true,
  credentials: [{ name: 'k', apiKey: 'key' }],
});
const claude = { provider: 'claude', model: 'claude-x' };
const chat = { provider: 'chat', model: 'gpt-x' };
const cloud = { provider: 'cloud', model: 'anthropic.claude-sonnet-4-5-20250929-v1:0' };

beforeEach(async () => {
  upstream = await openUpstream((request, response) => {
    const path = request.url ?? '';
    const answer = path.includes('converse')
      ? ANSWERS.converse
      : path.includes('messages')
        ? ANSWERS.messages
        : ANSWERS.chat;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  plane = await openDataPlane({
    providers: {
      claude: provider('anthropic-compatible'),
      chat: provider('openai-compatible'),
      cloud: { ...provider('bedrock'), region: 'eu-west-1' },
    },
    models: {
      strict: { strict: true, targets: [claude] },
      'strict-two': { strict: true, targets: [claude, chat] },
      loose: { targets: [claude] },
      'strict-cloud': { strict: true, targets: [cloud] },
      'loose-cloud': { targets: [cloud] },
    },
    unpriced: 'allow',
  });
});

afterEach(async () => {
  await plane.close();
  await upstream.close();
});

const lossy = (model: string) => ({
  model,
  messages: [{ role: 'user', content: 'hi' }],
  seed: 7,
  logit_bias: { '1': 2 },
});

describe('an alias that is strict', () => {
  it('refuses what no target of it can carry, in the words of the caller, and spends nothing', async () => {
    const answer = await askGateway(plane, '/v1/chat/completions', lossy('strict'));
    expect([answer.status, answer.headers.get('x-turnpike-attempts')]).toEqual([400, '0']);
    const { error } = JSON.parse(answer.text) as {
      error: { type: string; message: string; turnpike: { reason: string; attempts: unknown[] } };
    };
    expect(error.type).toBe('invalid_request_error');
    expect(error.turnpike).toMatchObject({ reason: 'translation_loss', attempts: [] });
    expect(error.message).toContain('claude (model claude-x)');
    expect(error.message).toContain('dropped:seed');
    expect(error.message).toContain('dropped:logit_bias');
    expect(upstream.seen).toEqual([]);
    expect(plane.ledger.calls[0]).toMatchObject({
      state: 'refused',
      reason: 'translation_loss',
      dropped: [{ provider: 'claude', reason: 'translation_loss' }],
    });
  });

  it('is told to clients of every dialect', async () => {
    const answer = await askGateway(plane, '/v1/responses', {
      model: 'strict',
      input: 'hi',
      top_logprobs: 3,
    });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('translation_loss');
  });

  it('passes over targets that would lose something, for one that would not', async () => {
    const answer = await askGateway(plane, '/v1/chat/completions', lossy('strict-two'));
    expect([answer.status, answer.headers.get('x-turnpike-provider')]).toEqual([200, 'chat']);
    expect(answer.headers.get('x-turnpike-attempts')).toBe('1');
    expect(upstream.seen).toHaveLength(1);
  });

  it('serves what its target can carry', async () => {
    const answer = await askGateway(plane, '/v1/chat/completions', {
      model: 'strict',
      messages: [{ role: 'user', content: 'hi' }],
    });
    expect([answer.status, answer.headers.get('x-turnpike-warnings')]).toEqual([200, null]);
  });

  it('is the only kind that does so', async () => {
    const answer = await askGateway(plane, '/v1/chat/completions', lossy('loose'));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-turnpike-warnings')).toContain('dropped:seed');
  });
});

describe('betas that a host of Claude does not know', () => {
  const known = 'context-1m-2025-08-07';
  const ask = (model: string, betas: string) =>
    askGateway(
      plane,
      '/v1/messages',
      { model, max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] },
      { 'anthropic-beta': betas },
    );

  it('are named, and cost nobody an answer', async () => {
    const answer = await ask('loose-cloud', `${known},made-up-2099-01-01`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-turnpike-warnings')).toBe('dropped:anthropic-beta:made-up-2099-01-01');
    expect(JSON.parse(String(upstream.seen[0]?.body))).toMatchObject({
      additionalModelRequestFields: { anthropic_beta: [known] },
    });
  });

  it('are too much for an alias that is strict, and for no other', async () => {
    const refused = await ask('strict-cloud', 'made-up-2099-01-01');
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('dropped:anthropic-beta:made-up-2099-01-01');
    expect((await ask('strict-cloud', known)).status).toBe(200);
  });
});
