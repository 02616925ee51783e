import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { DIALECT_IDS, type Capabilities, type DialectId } from '@turnpike/protocol';
import type { AnswerView } from '../dialect';
import { DIALECTS } from '../registry';
import { BEDROCK_CONVERSE } from '.';

const VIEW: AnswerView = {
  id: '0193',
  model: 'alias',
  createdAt: 1_700_000_000,
  includeUsage: true,
  inputEstimate: 7,
};
const THOUGHT = { reasoningContent: { reasoningText: { text: 'Weather is asked.', signature: 'EqQBCgIY' } } };
const SEALED = { reasoningContent: { redactedContent: 'QUJD' } };
const CALL = { toolUse: { toolUseId: 'tooluse_1', name: 'get_weather', input: { city: 'Bern' } } };

const firstOf = (value: Json | undefined): JsonObject => {
  const [first] = Array.isArray(value) ? value.filter(isObject) : [];
  return first ?? {};
};

/** What a client of each dialect sends next: the question, the answer as it came, the result of the call. */
const NEXT: Readonly<Record<DialectId, (answer: JsonObject) => JsonObject>> = {
  'openai-chat': (answer) => ({
    messages: [
      { role: 'user', content: 'q' },
      firstOf(answer.choices).message ?? {},
      { role: 'tool', tool_call_id: 'tooluse_1', content: 'sunny' },
    ],
  }),
  'openai-responses': (answer) => ({
    input: [
      { role: 'user', content: 'q' },
      ...(answer.output as Json[]),
      { type: 'function_call_output', call_id: 'tooluse_1', output: 'sunny' },
    ],
  }),
  'anthropic-messages': (answer) => ({
    max_tokens: 9,
    messages: [
      { role: 'user', content: 'q' },
      { role: 'assistant', content: answer.content ?? [] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'tooluse_1', content: 'sunny' }] },
    ],
  }),
  'gemini-generate': (answer) => ({
    contents: [
      { role: 'user', parts: [{ text: 'q' }] },
      firstOf(answer.candidates).content ?? {},
      { role: 'user', parts: [{ functionResponse: { name: 'get_weather', response: { output: 'sunny' } } }] },
    ],
  }),
};

function roundTrip(client: DialectId, content: JsonObject[], vendor: string): JsonObject[] {
  const answer = BEDROCK_CONVERSE.decodeResponse(
    { output: { message: { role: 'assistant', content } }, stopReason: 'tool_use' },
    'bedrock',
  );
  const shown = JSON.parse(JSON.stringify(DIALECTS[client].encodeResponse(answer, VIEW))) as JsonObject;
  const request = DIALECTS[client].decodeRequest({ model: 'm', ...NEXT[client](shown) });
  const { body } = BEDROCK_CONVERSE.encodeRequest(request, { model: 'up', capabilities: {}, vendor });
  const [, said] = body.messages as JsonObject[];
  return said?.content as JsonObject[];
}

describe.each(DIALECT_IDS)('thinking that a client of %s sends back', (client) => {
  it('is what the vendor had signed', () => {
    expect(roundTrip(client, [THOUGHT, CALL], 'bedrock')[0]).toEqual(THOUGHT);
  });

  it('is what the vendor had sealed', () => {
    expect(roundTrip(client, [SEALED, CALL], 'bedrock')[0]).toEqual(SEALED);
  });

  it('stays away from another vendor', () => {
    const content = JSON.stringify(roundTrip(client, [THOUGHT, SEALED, CALL], 'elsewhere'));
    expect(content).not.toMatch(/reasoningContent|EqQBCgIY|QUJD/);
  });
});

describe('betas of a Messages client', () => {
  const INTERLEAVED = 'interleaved-thinking-2025-05-14';
  const CONTEXT = 'context-1m-2025-08-07';
  const thinking = { type: 'enabled', budget_tokens: 1_024 };

  it.each<[string, JsonObject, Capabilities, string[] | undefined]>([
    ['a budget', { thinking }, { requestFields: 'anthropic', thinking: 'budget' }, [CONTEXT, INTERLEAVED]],
    ['no budget', { thinking }, { requestFields: 'anthropic', thinking: 'adaptive' }, [CONTEXT]],
    ['no thinking', {}, { requestFields: 'anthropic', thinking: 'budget' }, [CONTEXT]],
    ['another family', {}, { requestFields: 'nova' }, undefined],
  ])('go with a request of %s', (_, body, capabilities, betas) => {
    const request = DIALECTS['anthropic-messages'].decodeRequest({
      model: 'm',
      max_tokens: 9_000,
      messages: [{ role: 'user', content: 'q' }],
      ...body,
    });
    const target = { model: 'up', capabilities, vendor: 'bedrock', betas: [CONTEXT, INTERLEAVED] };
    const { additionalModelRequestFields: fields } = BEDROCK_CONVERSE.encodeRequest(request, target).body;
    expect((fields as JsonObject | undefined)?.anthropic_beta).toEqual(betas);
  });
});
