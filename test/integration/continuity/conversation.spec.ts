import { ConversationStage, create, go, stream } from './conversation-stage';
import { openGateway, removeAll, type TestGateway } from './open-gateway';

let stage: ConversationStage;
let a: TestGateway;
let b: TestGateway;
let WORD: string;

beforeAll(async () => {
  stage = await ConversationStage.open();
  [a, b] = await Promise.all([openGateway(stage.setting()), openGateway(stage.setting())]);
});

afterAll(async () => {
  expect([...a.defects, ...b.defects]).toEqual([]);
  await Promise.all([a.close(), b.close()]);
  await stage.mock.close();
  await removeAll(stage.prefix);
});

beforeEach(() => {
  stage.mock.script([]);
  WORD = stage.freshWord();
});

describe.each(['chat', 'claude', 'gemini', 'plain'])('a conversation by ids in front of %s', (model) => {
  it.each([
    ['whole', create],
    ['streamed', stream],
  ])('goes on, %s, from whichever gateway', async (_, ask) => {
    const first = await ask(a, model, { input: WORD, instructions: 'be brief' });
    expect(first).toMatchObject({ store: true, previous_response_id: null });
    const second = await ask(b, model, go(first));
    expect(second).toMatchObject({ previous_response_id: first.id, status: 'completed' });
    expect(stage.sentText).toContain(WORD);
    expect(stage.sentText).toContain('and what was it?');
    // Instructions hold for one answer alone.
    expect(stage.sentText).not.toContain('be brief');
    const third = await ask(a, model, go(second, 'sure?'));
    expect(stage.sentText).toMatch(/rhubarb.*and what was it.*sure/);
    expect(third.id).not.toBe(second.id);
    expect(stage.last.complaint).toBeUndefined();
  });

  it('may be gone on from twice', async () => {
    const first = await create(a, model, { input: WORD });
    const [left, right] = await Promise.all([
      create(a, model, go(first, 'to the left')),
      create(b, model, go(first, 'to the right')),
    ]);
    await create(a, model, go(left, 'further'));
    expect(stage.sentText).toContain('to the left');
    expect(stage.sentText).not.toContain('to the right');
    await create(a, model, go(right, 'further'));
    expect(stage.sentText).toContain('to the right');
    expect(stage.sentText).not.toContain('to the left');
  });

  it('takes results of tools as all that is new', async () => {
    const tools = [{ type: 'function', name: 'look', parameters: { type: 'object' }, strict: false }];
    const first = await create(a, model, { input: `[[mock: tool=2]] ${WORD}`, tools });
    const calls = first.output.filter((item) => item.type === 'function_call');
    expect(calls).toHaveLength(2);
    const results = calls.map(({ call_id }) => ({ type: 'function_call_output', call_id, output: 'seen' }));
    const second = await create(b, model, { previous_response_id: first.id, input: results, tools });
    expect(second.status).toBe('completed');
    expect(stage.sentText).toMatch(/rhubarb.*look.*seen/);
    expect(stage.last.complaint).toBeUndefined();
  });

  it('forgets what is not to be stored', async () => {
    const first = await create(a, model, { input: WORD, store: false });
    expect(first.store).toBe(false);
    await expect(create(a, model, go(first))).rejects.toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
      param: 'previous_response_id',
      type: 'invalid_request_error',
    });
  });
});

describe('a provider that remembers', () => {
  let c: TestGateway;
  beforeEach(async () => (c = await openGateway(stage.setting())));
  afterEach(() => c.close());

  const items = (): readonly unknown[] => stage.sent.input as unknown[];

  it.each([
    ['whole', create],
    ['streamed', stream],
  ])('is given the id and nothing else, %s', async (_, ask) => {
    const first = await ask(a, 'stored', { input: WORD });
    const second = await ask(b, 'stored', go(first));
    expect(stage.sent).toMatchObject({ previous_response_id: first.id, input: 'and what was it?' });
    expect(second).toMatchObject({ previous_response_id: first.id });
    await ask(a, 'stored', go(second, 'sure?'));
    expect(stage.sent.previous_response_id).toBe(second.id);
  });

  const cool = (gateway: TestGateway, name: string): void => {
    const credentialId = `openai/${name}`;
    const place = { credentialId, quotaGroup: credentialId, provider: 'openai', model: 'demo' };
    const nowMs = Date.now();
    const failure = {
      class: 'rate_minute',
      scope: 'credential',
      wakeAtMs: nowMs + 60_000,
      provenance: 'authoritative',
      status: 429,
      reason: 'rate_limited',
      vendor: { message: 'slow' },
    } as const;
    const pass = { kind: 'pass', place, enteredAtMs: nowMs, taken: undefined } as const;
    gateway.deps.gates.ended(pass, { kind: 'failed', failure, reached: true }, nowMs);
  };

  it('is asked with the credential that it remembers for', async () => {
    cool(c, 'k1');
    const first = await create(c, 'stored', { input: WORD });
    expect(stage.last.credential).toBe('k2');
    await create(b, 'stored', go(first));
    expect(stage.last.credential).toBe('k2');
    expect(stage.sent.previous_response_id).toBe(first.id);
    await create(b, 'stored', { input: 'something else' });
    expect(stage.last.credential).toBe('k1');
  });

  it('is told the conversation where that credential cools down', async () => {
    const first = await create(a, 'stored', { input: WORD });
    expect(stage.last.credential).toBe('k1');
    cool(c, 'k1');
    const second = await create(c, 'stored', go(first));
    expect(stage.last.credential).toBe('k2');
    expect(stage.sent.previous_response_id).toBeUndefined();
    expect(stage.sentText).toContain(WORD);
    expect(second.previous_response_id).toBe(first.id);
    expect(stage.last.complaint).toBeUndefined();
    // Whoever answers is remembered anew.
    await create(b, 'stored', go(second, 'sure?'));
    expect(stage.sentText).toMatch(/rhubarb.*sure/);
  });

  it('is told the conversation where it is another account, without ids that it cannot know', async () => {
    const reasoning = { effort: 'high', summary: 'auto' };
    const include = ['reasoning.encrypted_content'];
    const first = await create(a, 'stored', { input: WORD, reasoning, include });
    expect(first.output.map(({ type }) => type)).toContain('reasoning');
    await create(a, 'other', { ...go(first), reasoning });
    expect(stage.last.credential).toBe('k3');
    expect(stage.last.complaint).toBeUndefined();
    expect(stage.sentText).not.toMatch(new RegExp(first.output.map(({ id }) => id).join('|')));
    expect(items().map((item) => (item as { type: string }).type)).not.toContain('reasoning');
  });

  it('gives its reasoning back to itself', async () => {
    const more = { reasoning: { effort: 'high' }, include: ['reasoning.encrypted_content'] };
    const first = await create(a, 'stored', { input: WORD, ...more });
    cool(c, 'k1');
    await create(c, 'stored', { ...go(first), ...more });
    expect(items().map((item) => (item as { type: string }).type)).toContain('reasoning');
  });

  it('gives way to another when it fails', async () => {
    const first = await create(c, 'mixed', { input: WORD });
    expect(stage.last.dialect).toBe('responses');
    stage.mock.script([{ match: { dialect: 'responses' }, plan: { fault: '503' } }]);
    const second = await create(c, 'mixed', go(first));
    expect(stage.last.dialect).toBe('chat');
    expect(stage.sentText).toContain(WORD);
    expect(second.previous_response_id).toBe(first.id);
  });

  it('is told the conversation when it has lost the answer', async () => {
    const first = await create(a, 'stored', { input: WORD });
    await stage.restartMock();
    await create(a, 'stored', go(first));
    expect(stage.sent.previous_response_id).toBeUndefined();
    expect(stage.sentText).toContain(WORD);
  });

  it('is not asked again what it refuses', async () => {
    const first = await create(a, 'stored', { input: WORD });
    const before = stage.asked;
    await expect(create(a, 'stored', { ...go(first), temperature: 17 })).rejects.toMatchObject({
      status: 400,
    });
    expect(stage.asked).toBe(before + 1);
  });
});

describe('what is not there', () => {
  const notFound = { status: 400, code: 'previous_response_not_found', param: 'previous_response_id' };

  it.each(['stored', 'plain', 'chat', 'claude', 'gemini'])('is refused in front of %s', async (model) => {
    const before = stage.asked;
    const missing = { previous_response_id: 'resp_never', input: 'x' };
    await expect(create(a, model, missing)).rejects.toMatchObject(notFound);
    await expect(stream(a, model, missing)).rejects.toMatchObject(notFound);
    expect(stage.asked).toBe(before);
  });

  it.each(['stored', 'chat'])('is all that another person has made (%s)', async (model) => {
    const mine = await create(a, model, { input: WORD });
    const before = stage.asked;
    await expect(create(a, model, go(mine), 'bob')).rejects.toMatchObject(notFound);
    await expect(a.client('bob').responses.retrieve(mine.id)).rejects.toMatchObject({ status: 404 });
    await expect(a.client('bob').responses.delete(mine.id)).rejects.toMatchObject({ status: 404 });
    expect(stage.asked).toBe(before);
    await create(a, model, go(mine));
  });

  it('is a conversation of somebody else', async () => {
    for (const model of ['chat', 'stored'])
      await expect(create(a, model, { conversation: 'conv_1', input: 'x' })).rejects.toMatchObject({
        status: 400,
        param: 'conversation',
      });
  });

  it('is a call that nobody made', async () => {
    const input = [{ type: 'function_call_output', call_id: 'call_1', output: 'x' }];
    for (const model of ['chat', 'stored'])
      await expect(create(a, model, { input })).rejects.toMatchObject({ status: 400 });
  });

  it.each([
    [{ previous_response_id: 7 }, 'previous_response_id'],
    [{ store: 'maybe' }, 'store'],
  ])('is sense in %j', async (more, param) => {
    await expect(create(a, 'stored', { input: 'x', ...more })).rejects.toMatchObject({ status: 400, param });
  });
});
