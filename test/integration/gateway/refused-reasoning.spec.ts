import { createMockUpstream, type MockUpstream } from '../../../apps/mock-upstream/src/mock-upstream';
import { configOf, openDataPlane, type DataPlaneFixture } from './open-data-plane';

const SENTENCE = 'messages.1.content.0: Invalid `signature` in `thinking` block';

/** One that thinks within a budget. */
const MODEL = 'claude-sonnet-4-5';

let mock: MockUpstream;
let plane: DataPlaneFixture;

beforeAll(async () => {
  mock = await createMockUpstream({ models: [MODEL], paceMs: 0 });
  const model = { targets: [{ provider: 'p1', model: MODEL }] };
  const config = configOf([mock.url], { use: 'anthropic', model });
  plane = await openDataPlane({ ...config, unpriced: 'allow' }, { forgetful: true });
});

afterAll(async () => {
  expect(plane.observer.defects).toEqual([]);
  await plane.close();
  await mock.close();
});

const THINKING = { type: 'thinking', thinking: 'I look it up.', signature: 'RXFRQg==' };
const CALL = { type: 'tool_use', id: 'toolu_1', name: 'look', input: { long: 1 } };

const question = (said: readonly object[], stream: boolean): object => ({
  model: 'm',
  max_tokens: 4096,
  stream,
  thinking: { type: 'enabled', budget_tokens: 1024 },
  tools: [{ name: 'look', input_schema: { type: 'object' } }],
  messages: [
    { role: 'user', content: 'Look it up.' },
    { role: 'assistant', content: said },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'blue' }] },
  ],
});

const ask = (body: object): Promise<Response> =>
  fetch(`${plane.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': plane.key, 'anthropic-version': '2023-06-01' },
    body: JSON.stringify(body),
  });

/** The first `times` requests are refused for the signature. */
function refuse(times: number): void {
  mock.journal.clear();
  const nth = Array.from({ length: times }, (_, i) => i + 1);
  mock.script([
    { match: { nth }, plan: { fault: '400', message: SENTENCE } },
    { plan: { lax: true, text: 'It is blue.' } },
  ]);
}

const sent = (): string[] => mock.journal.entries.map(({ body }) => JSON.stringify(body));

it.each([false, true])('asked again without its reasoning, which is named (stream: %s)', async (stream) => {
  refuse(1);
  const response = await ask(question([THINKING, CALL], stream));
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(text).toContain('blu');
  expect(response.headers.get('x-turnpike-attempts')).toBe('2');
  expect(response.headers.get('x-turnpike-warnings')).toContain('dropped:reasoning');
  const [first = '', second = ''] = sent();
  expect(first).toContain(THINKING.signature);
  expect(second).not.toContain(THINKING.thinking);
  // What is left of the loop does not open with thinking: models with budgets would refuse that too.
  expect(second).toContain('"thinking":{"type":"disabled"}');
  expect(second).toContain('toolu_1');
});

it('never more than once', async () => {
  refuse(3);
  const response = await ask(question([THINKING, CALL], false));
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('signature');
  expect(sent()).toHaveLength(2);
});

it('not at all where there is nothing to leave out', async () => {
  refuse(1);
  const response = await ask(question([CALL], false));
  expect(response.status).toBe(400);
  expect(sent()).toHaveLength(1);
});
