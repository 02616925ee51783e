import type { Effort } from './request';

/**
 * What a model at a provider can do: data, never a hard-coded name. Everything is optional; what is absent is
 * assumed to be what the dialect's own vendor does with its newest models.
 */
export interface Capabilities {
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  /** Chat: which member carries the output cap. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  readonly systemRole?: 'system' | 'developer' | 'none';
  /** Only one system message, at position 0. */
  readonly singleSystem?: boolean;
  /** Anthropic: a turn of role system is accepted after the first user turn. */
  readonly midSystem?: boolean;
  readonly prefill?: boolean;
  /** Anthropic: `adaptive` models refuse budgets, `budget` models refuse adaptive; `none` cannot think. */
  readonly thinking?: 'adaptive' | 'budget' | 'effort' | 'none';
  readonly efforts?: readonly Effort[];
  readonly defaultThinkingBudget?: number;
  /** Reasoning models that refuse temperature, top_p, penalties and logprobs. */
  readonly noSampling?: boolean;
  readonly temperatureOrTopP?: boolean;
  readonly stopLimit?: number;
  readonly structuredOutput?: 'schema' | 'json' | 'none';
  readonly images?: boolean;
  readonly documents?: boolean;
  readonly toolChoice?: boolean;
  readonly parallelTools?: boolean;
  /** Chat upstreams that refuse stream_options. */
  readonly noStreamOptions?: boolean;
  /** Text that opens with this tag is reasoning ("think"). */
  readonly thinkTag?: string;
  /** Every assistant message with calls must carry reasoning_content. */
  readonly echoReasoning?: boolean;
  /** The stream may end with [DONE] and no finish_reason. */
  readonly noFinishReason?: boolean;
  /** Member that turns thinking on in Chat upstreams. */
  readonly reasoningField?:
    'reasoning_effort' | 'reasoning' | 'thinking' | 'enable_thinking' | 'chat_template_kwargs' | 'none';
  readonly toolCallIdPattern?: 'mistral9';
  /** Chat servers of unknown make: in the translate lane only members that every server takes. */
  readonly minimalFields?: boolean;
  /** Chat: false where free-text tools are unknown; they travel as functions. */
  readonly customTools?: boolean;
  /** Chat: `cache_control` on content parts is honoured. */
  readonly cacheMarks?: boolean;
  /** Chat: the server takes its own `reasoning_details` back, unmodified. */
  readonly reasoningDetails?: boolean;
  /** Chat: false where `messages[].name` is refused. */
  readonly participantNames?: boolean;
  /** Gemini: the range of `thinkingBudget`; `thinkingOff: false` where thinking cannot be switched off. */
  readonly thinkingBudgetMin?: number;
  readonly thinkingBudgetMax?: number;
  readonly thinkingOff?: boolean;
  /** Gemini: false where the first call of a turn needs no signature. */
  readonly signedCalls?: boolean;
  /** Gemini: false where schemas have to be of the classic kind (`parameters`, `responseSchema`). */
  readonly jsonSchema?: boolean;
  /** Gemini: false where a structured answer and tools exclude each other. */
  readonly jsonWithTools?: boolean;
  /** Gemini: false where results of tools hold no media. */
  readonly resultMedia?: boolean;
  /** Gemini: false where the host does not fetch URLs. */
  readonly fetchesUrls?: boolean;
  /** Gemini: presence and frequency penalties are taken. */
  readonly penalties?: boolean;
  /** Tokens that one image costs, for estimates. */
  readonly tokensPerImage?: number;
}
