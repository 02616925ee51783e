import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import type { Answer, AnswerUsage } from '../answer/answer';
import type { StreamStep } from '../wire/wire-dialect';
import type { WireRequest } from '../wire/wire-request';
import type { Emission } from './item-events';
import { itemEvents } from './item-events';
import { isIncomplete, outputItems } from './output-items';

const usageOf = (usage: AnswerUsage): JsonObject => {
  const written = usage.cacheWrite5m + usage.cacheWrite1h;
  const input = usage.input + usage.cacheRead + written;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: written },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: input + usage.output,
  };
};

export const responseId = (answer: Answer): string => `resp_${answer.id}_${answer.turn}`;

/** What the vendor repeats of a request, its own choices filled in. */
function echo(members: JsonObject): JsonObject {
  const reasoning = isObject(members.reasoning) ? members.reasoning : {};
  const text = isObject(members.text) ? members.text : {};
  return {
    background: false,
    frequency_penalty: 0,
    instructions: members.instructions ?? null,
    max_output_tokens: members.max_output_tokens ?? null,
    max_tool_calls: null,
    metadata: members.metadata ?? {},
    parallel_tool_calls: members.parallel_tool_calls ?? true,
    presence_penalty: 0,
    previous_response_id: members.previous_response_id ?? null,
    prompt_cache_key: members.prompt_cache_key ?? null,
    reasoning: { effort: reasoning.effort ?? null, summary: reasoning.summary ?? null },
    safety_identifier: members.safety_identifier ?? null,
    service_tier: 'default',
    store: members.store ?? true,
    temperature: members.temperature ?? 1,
    text: { format: { type: 'text' }, verbosity: 'medium', ...text },
    tool_choice: members.tool_choice ?? 'auto',
    tools: members.tools ?? [],
    top_logprobs: 0,
    top_p: members.top_p ?? 1,
    truncation: members.truncation ?? 'disabled',
    user: members.user ?? null,
  };
}

interface Ending {
  readonly status: string;
  readonly output: Json[];
  readonly usage?: AnswerUsage;
}

function responseBody(answer: Answer, wire: WireRequest, { status, output, usage }: Ending): JsonObject {
  const reason =
    answer.stop === 'refusal' || answer.stop === 'blocked' ? 'content_filter' : 'max_output_tokens';
  return {
    id: responseId(answer),
    object: 'response',
    created_at: answer.createdAt,
    status,
    completed_at: status === 'completed' ? answer.createdAt : null,
    error: null,
    incomplete_details: status === 'incomplete' ? { reason } : null,
    model: answer.model,
    output,
    ...echo(wire.members),
    usage: usage ? usageOf(usage) : null,
  };
}

const finished = (answer: Answer, output: Json[]): Ending => ({
  status: isIncomplete(answer) ? 'incomplete' : 'completed',
  output,
  ...(answer.reportsUsage ? { usage: answer.usage } : {}),
});

/** The whole answer as one response. */
export function writeResponse(answer: Answer, wire: WireRequest): string {
  const output = outputItems(answer, wire).map(({ item }) => item);
  return JSON.stringify(responseBody(answer, wire, finished(answer, output)));
}

/** One event as it goes over the wire. */
export const sseEvent = (type: string, sequence: number, data: JsonObject): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence, ...data })}\n\n`;

/** The answer as the events of a Responses stream, numbered from 0. */
export function streamResponse(answer: Answer, wire: WireRequest): StreamStep[] {
  const items = outputItems(answer, wire);
  const opening = { response: responseBody(answer, wire, { status: 'in_progress', output: [] }) };
  const ending = finished(
    answer,
    items.map(({ item }) => item),
  );
  const emissions: Emission[] = [
    { type: 'response.created', data: opening, phase: 'start' },
    { type: 'response.in_progress', data: opening, phase: 'start' },
    ...items.flatMap(itemEvents),
  ];
  const steps = emissions.map(({ type, data, phase }, i): StreamStep => ({
    wire: sseEvent(type, i, data),
    phase,
  }));
  const last = { response: responseBody(answer, wire, ending) };
  const wireText = sseEvent(`response.${ending.status}`, steps.length, last);
  return [...steps, { wire: wireText, phase: 'end', reports: true }];
}
