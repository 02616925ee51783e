import { checkGrammar, DIALECT_IDS } from '@turnpike/protocol';
import fc from 'fast-check';
import { decode } from './fixtures/sides';

const words = (text: string): fc.Arbitrary<string> => fc.constantFrom(...text.split(' '));

/** Types and reasons of all dialects: events that are right in one of them and nonsense in the others. */
const word = fc.oneof(
  words(
    'message_start content_block_start content_block_delta content_block_stop message_delta message_stop error ping',
  ),
  words('text thinking tool_use text_delta input_json_delta signature_delta redacted_thinking end_turn'),
  words('stop tool_calls STOP OTHER SAFETY MALFORMED_FUNCTION_CALL completed in_progress function_call'),
  words('response.created response.output_item.added response.output_item.done response.completed message'),
  words('response.output_text.delta response.function_call_arguments.delta response.failed reasoning'),
  words('reasoning.text reasoning.encrypted anthropic-claude-v1'),
  fc.constant(''),
);
const member = fc.oneof(
  words(
    'type index delta content_block message usage choices finish_reason tool_calls function name arguments',
  ),
  words(
    'content text partial_json id error reasoning prompt_tokens input_tokens stop_reason signature images',
  ),
  words(
    'candidates parts thought thoughtSignature functionCall args inlineData data finishReason finish_reason',
  ),
  words('usageMetadata promptTokenCount promptFeedback blockReason groundingMetadata groundingSupports'),
  words(
    'item output output_index response status summary encrypted_content call_id reasoning_details format',
  ),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    word,
    fc.integer({ min: -1, max: 3 }),
    fc.constant(null),
    fc.boolean(),
    fc.dictionary(member, tie('value'), { maxKeys: 5 }),
    fc.array(tie('value'), { maxLength: 2 }),
  ),
}));

/** The frame of each dialect around members of any kind: random objects alone would be turned away at its door. */
const framed = fc
  .tuple(fc.dictionary(member, value, { maxKeys: 4 }), fc.integer({ min: 0, max: 2 }), word)
  .chain(([inner, index, reason]) =>
    fc.constantFrom<unknown>(
      { choices: [{ index, delta: inner, finish_reason: reason }] },
      { candidates: [{ index, content: { parts: [inner] }, finishReason: reason }] },
      { type: 'content_block_start', index, content_block: inner },
      { type: 'content_block_delta', index, delta: inner },
      { type: 'response.output_item.added', output_index: index, item: inner },
      { type: 'response.output_item.done', output_index: index, item: inner },
    ),
  );
const data = fc.oneof(
  fc.oneof(framed, value).map((v) => JSON.stringify(v)),
  fc.string({ maxLength: 8 }),
  fc.constant('[DONE]'),
);
const event = fc.record({ event: word, data }, { requiredKeys: ['data'] });

it.each(DIALECT_IDS)('any events of %s decode into the grammar', (id) => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 8 }), (events) =>
      expect(checkGrammar(decode(id, events))).toEqual([]),
    ),
    { numRuns: 1_000 },
  );
});
