import type OpenAI from 'openai';
import { openaiClient, rejectionOf } from '../stage/clients';
import { gatewayConfig, providerEntry, UPSTREAM_DIALECTS } from '../stage/gateway-config';
import { mockOf, openStage, type Stage } from '../stage/stage';

jest.setTimeout(120_000);

let stage: Stage;
let client: OpenAI;
let n = 0;

/** Providers that are asked in each dialect, and one that remembers what it has said. */
const ALIASES = [...UPSTREAM_DIALECTS, 'remembering'] as const;
const WORD = (): string => `remember the word rhubarb-${++n}`;
const NOT_FOUND = { status: 400, code: 'previous_response_not_found', param: 'previous_response_id' };

beforeAll(async () => {
  stage = await openStage({
    mocks: { upstream: { models: ['demo'], paceMs: 0 } },
    config: (mocks) => {
      const mock = mockOf({ mocks }, 'upstream');
      const providers = Object.fromEntries(
        UPSTREAM_DIALECTS.map((dialect) => [dialect, providerEntry(mock, dialect)]),
      );
      const remembering = { ...providerEntry(mock, 'responses'), use: 'openai' };
      return gatewayConfig({
        providers: { ...providers, remembering },
        routes: Object.fromEntries(ALIASES.map((alias) => [alias, [`${alias}/demo`]])),
      });
    },
  });
  client = openaiClient(stage);
});

afterAll(() => stage.close());

const journal = () => mockOf(stage, 'upstream').journal.entries;
const sent = (): string => JSON.stringify(journal().at(-1)?.body);

async function ask(
  model: string,
  streamed: boolean,
  body: Pick<
    OpenAI.Responses.ResponseCreateParamsNonStreaming,
    'input' | 'previous_response_id' | 'store' | 'tools'
  >,
): Promise<OpenAI.Responses.Response> {
  return streamed
    ? client.responses.stream({ model, input: 'x', ...body }).finalResponse()
    : client.responses.create({ model, input: 'x', ...body });
}

describe.each(ALIASES)('previous_response_id over %s', (model) => {
  it.each([
    ['whole', false],
    ['streamed', true],
  ])('carries a conversation through three answers, %s', async (_, streamed) => {
    const first = await ask(model, streamed, { input: WORD() });
    const second = await ask(model, streamed, { input: 'which word?', previous_response_id: first.id });
    const third = await ask(model, streamed, { input: 'sure?', previous_response_id: second.id });
    expect(second.previous_response_id).toBe(first.id);
    expect(third.previous_response_id).toBe(second.id);
    expect(new Set([first.id, second.id, third.id]).size).toBe(3);
    if (model === 'remembering') expect(sent()).toContain(second.id);
    else expect(sent()).toMatch(/rhubarb.*which word.*sure/);
    expect(journal().at(-1)?.complaint).toBeUndefined();
  });

  it('carries calls and their results', async () => {
    const tools: OpenAI.Responses.Tool[] = [
      { type: 'function', name: 'look', parameters: { type: 'object', properties: {} }, strict: false },
    ];
    const first = await ask(model, false, { input: `[[mock: tool=2]] ${WORD()}`, tools });
    const input = first.output
      .filter((item): item is OpenAI.Responses.ResponseFunctionToolCall => item.type === 'function_call')
      .map(({ call_id }) => ({ type: 'function_call_output' as const, call_id, output: 'seen' }));
    expect(input).toHaveLength(2);
    const second = await ask(model, true, { input, tools, previous_response_id: first.id });
    expect(second.status).toBe('completed');
    expect(journal().at(-1)?.complaint).toBeUndefined();
  });

  it('shows and deletes what is stored, and nothing else', async () => {
    const first = await ask(model, false, { input: WORD() });
    expect((await client.responses.retrieve(first.id)).output).toEqual(first.output);
    await client.responses.delete(first.id);
    expect(await rejectionOf(client.responses.retrieve(first.id))).toMatchObject({ status: 404 });
    const gone = ask(model, false, { previous_response_id: first.id });
    expect(await rejectionOf(gone)).toMatchObject(NOT_FOUND);
    const unstored = await ask(model, false, { input: WORD(), store: false });
    const never = ask(model, true, { previous_response_id: unstored.id });
    expect(await rejectionOf(never)).toMatchObject(NOT_FOUND);
  });
});

it('a conversation changes its provider between two answers', async () => {
  let previous = await ask('remembering', false, { input: WORD() });
  for (const model of ['messages', 'gemini', 'chat', 'responses', 'remembering']) {
    previous = await ask(model, model === 'chat', {
      input: `now ${model}`,
      previous_response_id: previous.id,
    });
    expect(previous.status).toBe('completed');
    expect(sent()).toContain('rhubarb');
    expect(journal().at(-1)?.complaint).toBeUndefined();
  }
  expect(sent()).toMatch(/now messages.*now gemini.*now chat.*now responses.*now remembering/);
});
