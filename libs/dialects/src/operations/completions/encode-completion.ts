import { GatewayError, type JsonObject } from '@turnpike/kernel';
import type { ChatResponse, Part, StopReason, Usage } from '@turnpike/protocol';
import { usageOrEstimate } from '../../answer';
import type { AnswerView } from '../../dialect';
import { writeFinishReason } from '../../openai-chat/response/chat-stop';
import { writeChatUsage } from '../../openai-chat/usage';
import { addUsage } from '../reading/read-cost';

/** What completions say beside their choices. */
export const completionHead = (view: AnswerView): JsonObject => ({
  id: `cmpl-${view.id}`,
  object: 'text_completion',
  created: view.createdAt,
  model: view.model,
});

/** Visible text alone: thoughts have no place here. */
const textOf = (parts: readonly Part[]): string =>
  parts.map((part) => (part.kind === 'text' || part.kind === 'refusal' ? part.text : '')).join('');

function endOf(stop: StopReason): string {
  if (stop === 'error' || stop === 'malformed_call')
    throw new GatewayError('provider_error', 'The provider ended its answer with an error.');
  // Nobody offered tools.
  return stop === 'tool' ? 'stop' : writeFinishReason(stop);
}

/** One answer of a chat model, with what it answers where the client wants to see that again. */
export interface PromptAnswer {
  readonly response: ChatResponse;
  readonly prefix: string;
}

const choicesOf = ({ response, prefix }: PromptAnswer): readonly Omit<JsonObject, 'index'>[] =>
  [response, ...(response.others ?? [])].map(({ parts, stop }) => ({
    text: prefix + textOf(parts),
    logprobs: null,
    finish_reason: endOf(stop),
  }));

/** A whole `text_completion` out of the answers to its prompts. @throws GatewayError provider_error. */
export function encodeCompletion(answers: readonly PromptAnswer[], view: AnswerView): JsonObject {
  const usages: readonly Usage[] = answers.map(({ response }) =>
    usageOrEstimate(response, Math.ceil(view.inputEstimate / answers.length)),
  );
  return {
    ...completionHead(view),
    choices: answers.flatMap(choicesOf).map((choice, index) => ({ ...choice, index })),
    usage: writeChatUsage(usages.reduce(addUsage)),
  };
}
