import type { JsonObject } from '@turnpike/kernel';
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

/**
 * The response object with everything that its readers require. What repeats the request says the defaults: this
 * dialect's clients have the request.
 */
export function writeResponseObject(
  view: Pick<AnswerView, 'id' | 'model' | 'createdAt'>,
  state: ResponseState,
): JsonObject {
  const { status, reason, error, output, usage } = state;
  return {
    id: `resp_${view.id}`,
    object: 'response',
    created_at: view.createdAt,
    status,
    background: false,
    error: error === undefined ? null : writeResponseError(error),
    incomplete_details: reason === undefined ? null : { reason },
    instructions: null,
    max_output_tokens: null,
    model: view.model,
    output: [...output],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage: usage ?? null,
    user: null,
    metadata: {},
  };
}

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
