import type { UpstreamDialectId } from './dialect-id';
import type { Effort } from './request';

/** Members of Chat and Responses bodies that some server or other refuses a request for. */
export const REFUSABLE_MEMBERS = [
  'stream_options',
  'store',
  'metadata',
  'user',
  'safety_identifier',
  'parallel_tool_calls',
  'service_tier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'verbosity',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'seed',
  'frequency_penalty',
  'presence_penalty',
] as const;

export type RefusableMember = (typeof REFUSABLE_MEMBERS)[number];

/**
 * What a model at a provider can do: data, never a hard-coded name. Everything is optional; what is absent is
 * assumed to be what the dialect's own vendor does with its newest models.
 */
export interface Capabilities {
  /** Tokens of input and output together. */
  readonly contextWindow?: number;
  /** The wire this model is asked in, where its provider speaks several and the model but one. */
  readonly onlyDialect?: UpstreamDialectId;
  readonly maxOutputTokens?: number;
  /** Chat: which member carries the output cap. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  /** Chat: who gives instructions; `none`: they go in front of the first user message. */
  readonly systemRole?: 'system' | 'developer' | 'none';
  /** Only one system message, at position 0. */
  readonly singleSystem?: boolean;
  /** Chat: the template of the model wants user and assistant in turn, the user first. */
  readonly alternatingRoles?: boolean;
  /** Anthropic: a turn of role system is accepted after the first user turn. */
  readonly midSystem?: boolean;
  /** The last message may be the assistant's: its answer goes on from there. */
  readonly prefill?: boolean;
  /** Anthropic: `adaptive` models refuse budgets, `budget` models refuse adaptive; `none` cannot think. */
  readonly thinking?: 'adaptive' | 'budget' | 'effort' | 'none';
  /** Words that are taken; others are clamped to the nearest of them. Empty: a budget is all there is. */
  readonly efforts?: readonly Effort[];
  /** Budget of a client that leaves it to the model. */
  readonly defaultThinkingBudget?: number;
  /** Anthropic: in a tool loop the assistant's turn has to open with signed thinking; absent: where thinking has a budget. */
  readonly thinkingFirst?: boolean;
  /** Reasoning models that refuse temperature, top_p, penalties and logprobs. */
  readonly noSampling?: boolean;
  /** Anthropic: one of the two, never both. */
  readonly temperatureOrTopP?: boolean;
  /** Stop sequences that are taken; the others are enforced here. */
  readonly stopLimit?: number;
  /** What an answer can be held to: a schema, JSON of any shape, or nothing. */
  readonly structuredOutput?: 'schema' | 'json' | 'none';
  /** False: the model has no vision. */
  readonly images?: boolean;
  /** False: the model takes no documents but their text. */
  readonly documents?: boolean;
  /** False: the model hears nothing. */
  readonly audio?: boolean;
  /** False: the server knows no choice of tools. */
  readonly toolChoice?: boolean;
  /** False: the server cannot be told to call one tool at a time. */
  readonly parallelTools?: boolean;
  /** A search of the web of the vendor's own can be asked for. */
  readonly webSearch?: boolean;
  /** Chat and Responses: top-level members that the server refuses a request for; they are left out in both lanes. */
  readonly refusedMembers?: readonly RefusableMember[];
  /** Words of `service_tier` that are taken; absent: those of the dialect's vendor. */
  readonly tiers?: readonly string[];
  /** Chat upstreams that refuse stream_options. */
  readonly noStreamOptions?: boolean;
  /** Text that opens with this tag is reasoning ("think"). */
  readonly thinkTag?: string;
  /** The prompt ends with that tag: an answer begins inside of its thinking, and only the closing tag is seen. */
  readonly thinkOpened?: boolean;
  /** Every assistant message with calls must carry reasoning_content. */
  readonly echoReasoning?: boolean;
  /** False: that reasoning_content must not be empty; what a client lost switches thinking off for the request. */
  readonly emptyReasoning?: boolean;
  /** The stream may end with [DONE] and no finish_reason. */
  readonly noFinishReason?: boolean;
  /** Member that turns thinking on in Chat upstreams. */
  readonly reasoningField?:
    'reasoning_effort' | 'reasoning' | 'thinking' | 'enable_thinking' | 'chat_template_kwargs' | 'none';
  /** Mistral: ids of calls are nine letters and digits. */
  readonly toolCallIdPattern?: 'mistral9';
  /** Chat servers of unknown make: in the translate lane only members that every server takes. */
  readonly minimalFields?: boolean;
  /** Chat: false where free-text tools are unknown; they travel as functions. */
  readonly customTools?: boolean;
  /** Chat: `cache_control` on content parts is honoured. Converse: false where breakpoints are refused. */
  readonly cacheMarks?: boolean;
  /** OpenAI: explicit breakpoints of the prompt cache are taken. */
  readonly cacheBreakpoints?: boolean;
  /** Chat: the server takes its own `reasoning_details` back, unmodified. */
  readonly reasoningDetails?: boolean;
  /** Chat: false where `messages[].name` is refused. */
  readonly participantNames?: boolean;
  /** Gemini: the range of `thinkingBudget`. */
  readonly thinkingBudgetMin?: number;
  readonly thinkingBudgetMax?: number;
  /** Gemini: false where thinking cannot be switched off. */
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
  /** Gemini: calls carry their ids, and results the ids of their calls. */
  readonly callIds?: boolean;
  /** Gemini: most candidates of one answer. */
  readonly choices?: number;
  /** Converse: whose names `additionalModelRequestFields` go by; absent: the model has no fields of its own. */
  readonly requestFields?: 'anthropic' | 'nova' | 'openai';
  /** Converse: false where a cache breakpoint lives five minutes at most. */
  readonly longCache?: boolean;
  /** Converse: the model is also served faster, for more money. */
  readonly latencyTier?: boolean;
  /** Gemini and Converse: false where the model sees no video. */
  readonly video?: boolean;
  /** Ollama: context window to ask for, where the model's whole one would not fit into memory. */
  readonly numCtx?: number;
  /** Tokens that one image costs, for estimates. */
  readonly tokensPerImage?: number;
}
