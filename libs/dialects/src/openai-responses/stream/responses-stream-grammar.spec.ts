import { checkGrammar } from '@turnpike/protocol';
import fc from 'fast-check';
import { createResponsesStreamDecoder } from './responses-stream-decoder';

const split = (words: string): string[] => words.split(' ');

const type = fc.constantFrom(
  ...split('created output_item.added output_item.done output_text.delta output_text.done refusal.delta'),
  ...split('content_part.done reasoning_summary_text.delta reasoning_summary_text.done reasoning_text.delta'),
  ...split('function_call_arguments.delta function_call_arguments.done completed incomplete failed'),
);
const name = fc.constantFrom(
  ...split('item response output_index item_id content_index delta text kind id name call_id arguments'),
  ...split('summary content output part encrypted_content summary_index error status result'),
);
const word = fc.constantFrom('a', 'completed', '{}', '');
const itemType = fc.constantFrom(
  ...split('message reasoning function_call custom_tool_call web_search_call image_generation_call'),
);

const { object } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    word,
    fc.integer({ min: -1, max: 2 }),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 2 }),
    tie('object'),
  ),
  object: fc
    .tuple(fc.option(itemType, { nil: undefined }), fc.dictionary(name, tie('value'), { maxKeys: 5 }))
    .map(([kind, members]) => (kind === undefined ? members : { type: kind, ...members })),
}));

it('decodes any events into the grammar', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(type, object), { maxLength: 8 }), (events) => {
      const decoder = createResponsesStreamDecoder({ capabilities: {} });
      const out = events.flatMap(([kind, members]) =>
        decoder.push({ data: JSON.stringify({ ...members, type: `response.${kind}` }) }),
      );
      expect(checkGrammar([...out, ...decoder.end('complete')])).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});
