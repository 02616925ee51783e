import type { JsonObject } from '@turnpike/kernel';
import {
  unfoldResponse,
  type ChatResponse,
  type DialectId,
  type UpstreamDialectId,
} from '@turnpike/protocol';
import type { AnswerView } from '../dialect';
import { DIALECTS, UPSTREAM_DIALECTS } from '../registry';

const view: AnswerView = { id: '1', model: 'm', createdAt: 1, includeUsage: false, inputEstimate: 1 };
const WHY = 'This would help nobody.';

const MESSAGE = { type: 'message', role: 'assistant', id: 'msg_1', model: 'm', content: [] };
const REFUSED = { type: 'refusal', category: 'cyber', explanation: WHY };

/** A refusal in the words of those that give a reason, whole and as a stream. */
const WITHHELD: readonly [UpstreamDialectId, JsonObject, readonly JsonObject[]][] = [
  [
    'anthropic-messages',
    { ...MESSAGE, stop_reason: 'refusal', stop_details: REFUSED },
    [
      { type: 'message_start', message: MESSAGE },
      { type: 'message_delta', delta: { stop_reason: 'refusal', stop_details: REFUSED } },
      { type: 'message_stop' },
    ],
  ],
  [
    'gemini-generate',
    { candidates: [{ index: 0, finishReason: 'SAFETY', finishMessage: WHY }] },
    [{ candidates: [{ index: 0, finishReason: 'SAFETY', finishMessage: WHY }] }],
  ],
  [
    'gemini-generate',
    { promptFeedback: { blockReason: 'OTHER', blockReasonMessage: WHY } },
    [{ promptFeedback: { blockReason: 'OTHER', blockReasonMessage: WHY } }],
  ],
];

const TOLD: Readonly<Partial<Record<DialectId, (category: string | null) => object>>> = {
  'anthropic-messages': (category) => ({ stop_details: { type: 'refusal', category, explanation: WHY } }),
  'openai-chat': () => ({ refusal: WHY }),
  'gemini-generate': () => ({ finishReason: 'SAFETY', finishMessage: WHY }),
};

/** The object in which the reason has its place. */
const placeOf = (body: JsonObject): unknown => {
  const read = body as {
    choices?: { message: unknown }[];
    candidates?: unknown[];
  };
  return read.choices?.[0]?.message ?? read.candidates?.[0] ?? body;
};

function streamOf(client: DialectId, response: ChatResponse): string {
  const encoder = DIALECTS[client].createStreamEncoder(view);
  return [
    ...unfoldResponse(response).flatMap((event) => encoder.push(event)),
    ...encoder.end('complete'),
  ].join('');
}

const CASES = WITHHELD.flatMap(([upstream, whole, events]) =>
  Object.entries(TOLD).map(([client, told]) => [upstream, client as DialectId, whole, events, told] as const),
);

it.each(CASES)('%s to %s: why an answer was withheld', (upstream, client, whole, events, told) => {
  const expected = told(upstream === 'anthropic-messages' ? 'cyber' : null);
  const response = UPSTREAM_DIALECTS[upstream].decodeResponse(whole);
  const { stopDetails } = response ?? {};
  expect(stopDetails?.explanation).toBe(WHY);
  if (!response) return;
  expect(placeOf(DIALECTS[client].encodeResponse(response, view))).toMatchObject(expected);
  const inner = JSON.stringify(expected).slice(1, -1);
  const stream = streamOf(client, response);
  for (const member of inner.split(/,(?="finish)/)) expect(stream).toContain(member);
  const decoder = UPSTREAM_DIALECTS[upstream].createStreamDecoder({ capabilities: {}, vendor: 'x' });
  const read = [
    ...events.flatMap((event) => decoder.push({ data: JSON.stringify(event) })),
    ...decoder.end('complete'),
  ];
  expect(read.at(-1)).toMatchObject({ kind: 'finish', stopDetails });
});

it('an end that is no refusal has no such member', () => {
  const response = UPSTREAM_DIALECTS['anthropic-messages'].decodeResponse({
    ...MESSAGE,
    content: [{ type: 'text', text: 'hi' }],
    stop_reason: 'end_turn',
    stop_details: null,
  });
  expect(response && DIALECTS['anthropic-messages'].encodeResponse(response, view)).not.toHaveProperty(
    'stop_details',
  );
});
