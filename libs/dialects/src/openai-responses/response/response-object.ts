import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import type { StopReason, VendorError } from '@turnpike/protocol';
import type { AnswerView } from '../../dialect';
import { CHAT_ERRORS } from '../../openai-chat/error/chat-error-words';

export interface ResponseState {
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  /** Why it is incomplete. */
  readonly reason?: string;
  readonly error?: VendorError;
  readonly output: readonly JsonObject[];
  readonly usage?: JsonObject;
}

type View = Pick<AnswerView, 'id' | 'model' | 'createdAt' | 'state' | 'request'>;

const objectIn = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/**
 * What a response repeats of its request, and the defaults of what the request left out. Open Responses requires each of
 * them, 2026-01.
 */
export function writeEcho({ request, state }: Pick<View, 'request' | 'state'>): JsonObject {
  const echo = request?.echo ?? {};
  return {
    frequency_penalty: 0,
    instructions: null,
    max_output_tokens: null,
    max_tool_calls: null,
    metadata: {},
    parallel_tool_calls: true,
    presence_penalty: 0,
    prompt_cache_key: null,
    safety_identifier: null,
    service_tier: 'default',
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_logprobs: 0,
    top_p: 1,
    truncation: 'disabled',
    ...echo,
    previous_response_id: state?.previousId ?? null,
    reasoning: { effort: null, summary: null, ...objectIn(echo.reasoning) },
    store: state?.stored ?? false,
    text: { format: { type: 'text' }, ...objectIn(echo.text) },
  };
}

/**
 * What of a response is its own, and `more` behind it. The names come first: two objects spread into one took 55 us to
 * make and to write, a list of names with a spread behind it takes 4.
 */
export function writeOwnMembers(view: View, state: ResponseState, more?: JsonObject): JsonObject {
  const { status, reason, error, output, usage } = state;
  return {
    id: `resp_${view.id}`,
    object: 'response',
    created_at: view.createdAt,
    // There is no clock here: an answer is complete in the second in which it began, or later.
    completed_at: status === 'completed' ? view.createdAt : null,
    status,
    background: false,
    error: error === undefined ? null : writeResponseError(error),
    incomplete_details: reason === undefined ? null : { reason },
    model: view.model,
    output: [...output],
    usage: usage ?? null,
    ...more,
  };
}

/** The response object with everything that its readers require. */
export const writeResponseObject = (view: View, state: ResponseState): JsonObject =>
  writeOwnMembers(view, state, writeEcho(view));

export const writeResponseError = ({ code, message }: VendorError): JsonObject => ({
  code: code ?? CHAT_ERRORS.upstream.code,
  message,
});

/** Why an answer is not complete; undefined: it is. A refusal that was said is an answer. */
export function incompleteReason(stop: StopReason, refused: boolean): string | undefined {
  switch (stop) {
    case 'length':
    case 'context_full':
      return 'max_output_tokens';
    case 'filtered':
      return 'content_filter';
    case 'refusal':
      return refused ? undefined : 'content_filter';
    default:
      return undefined;
  }
}
