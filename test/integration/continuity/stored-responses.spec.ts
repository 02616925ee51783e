import { ConversationStage, create, go, stream } from './conversation-stage';
import {
  changeAll,
  freshSecret,
  KEYS,
  lifetimes,
  openGateway,
  readAll,
  removeAll,
  type TestGateway,
} from './open-gateway';

const DAY_MS = 24 * 60 * 60 * 1_000;

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

describe('a stored response', () => {
  it.each(['stored', 'plain', 'chat', 'claude', 'gemini'])(
    'is shown as it was given, from %s',
    async (model) => {
      const { output_text: _text, ...whole } = await create(a, model, { input: WORD });
      const { output_text: _same, ...shown } = await b.client().responses.retrieve(whole.id);
      expect(shown).toEqual(whole);
      const { output_text: _other, ...streamed } = await stream(a, model, { input: WORD });
      const { output_text: _again, ...again } = await b.client().responses.retrieve(streamed.id);
      expect(again).toEqual(streamed);
    },
  );

  it('is gone when it was deleted', async () => {
    const first = await create(a, 'chat', { input: WORD });
    const second = await create(a, 'chat', go(first));
    await b.client().responses.delete(first.id);
    await expect(a.client().responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
    await expect(create(a, 'chat', go(first))).rejects.toMatchObject({ status: 400 });
    await create(a, 'chat', go(second));
    expect(stage.sentText).toContain(WORD);
  });

  it('needs a key, and is not streamed again', async () => {
    const { id } = await create(a, 'chat', { input: WORD });
    const url = `${a.url}/v1/responses/${id}`;
    expect((await fetch(url)).status).toBe(401);
    const headers = { authorization: `Bearer ${KEYS.ann}` };
    expect((await fetch(`${url}?stream=true`, { headers })).status).toBe(400);
    expect((await fetch(url, { headers, method: 'PUT' })).status).toBe(405);
    const shown = await fetch(url, { headers });
    expect([shown.status, shown.headers.get('x-turnpike-attempts')]).toEqual([200, '0']);
  });
});

describe('what lies in Redis', () => {
  it('tells nothing, and ends after a day', async () => {
    const first = await create(a, 'chat', { input: WORD });
    const all = await readAll(stage.prefix);
    expect(all.size).toBeGreaterThan(0);
    for (const lifetimeMs of await lifetimes(stage.prefix)) {
      expect(lifetimeMs).toBeGreaterThan(DAY_MS - 600_000);
      expect(lifetimeMs).toBeLessThanOrEqual(DAY_MS);
    }
    const text = [...all].map(([key, value]) => key + value.toString('latin1')).join('\n');
    for (const secretWord of ['rhubarb', first.id, 'message', 'response'])
      expect(text).not.toContain(secretWord);
  });

  it('is read under an earlier key, until that is gone', async () => {
    const fresh = freshSecret();
    const first = await create(a, 'chat', { input: WORD });
    const rotated = await openGateway(stage.setting([fresh, stage.secret]));
    const later = await openGateway(stage.setting([fresh]));
    try {
      const second = await create(rotated, 'chat', go(first));
      expect(stage.sentText).toContain(WORD);
      await create(later, 'chat', go(second));
      expect(stage.sentText).toContain(WORD);
      await expect(create(later, 'chat', go(first))).rejects.toMatchObject({ status: 400 });
      await expect(create(a, 'chat', go(second))).rejects.toMatchObject({ status: 400 });
    } finally {
      await Promise.all([rotated.close(), later.close()]);
    }
  });

  it('is not used once it was changed', async () => {
    const first = await create(a, 'chat', { input: WORD });
    await changeAll(stage.prefix, (value) => {
      const changed = Buffer.from(value);
      changed[changed.length - 20] = (changed[changed.length - 20] ?? 0) ^ 1;
      return changed;
    });
    await expect(create(a, 'chat', go(first))).rejects.toMatchObject({ status: 400 });
    expect(a.log.join()).toContain('not sealed by this installation');
    await removeAll(stage.prefix);
  });
});
