import { z } from 'zod';
import { modelName, upstreamDialect } from './schema-parts';

const tokens = z.int().min(1).max(100_000_000);
const yes = z.boolean().optional();

/** Every fact about a model that encoders and routing ask for. The same members as the built-in table has. */
export const capabilities = z
  .strictObject({
    contextWindow: tokens.optional().describe('Tokens of input and output together.'),
    onlyDialect: upstreamDialect
      .optional()
      .describe('The wire this model is asked in, where its provider speaks several and the model but one.'),
    maxOutputTokens: tokens
      .optional()
      .describe('Taken where a client states none and the dialect needs one; more is clamped to it.'),
    maxTokensField: z
      .enum(['max_tokens', 'max_completion_tokens'])
      .optional()
      .describe('Chat: which member carries the output cap.'),
    systemRole: z
      .enum(['system', 'developer', 'none'])
      .optional()
      .describe('Chat: who gives instructions; none: they go in front of the first user message.'),
    singleSystem: yes.describe('Chat: only one system message, at position 0.'),
    alternatingRoles: yes.describe('Chat: the template wants user and assistant in turn, the user first.'),
    midSystem: yes.describe('Anthropic: a system turn is taken after the first user turn.'),
    prefill: yes.describe("The last message may be the assistant's: its answer goes on from there."),
    thinking: z
      .enum(['adaptive', 'budget', 'effort', 'none'])
      .optional()
      .describe('How thinking is asked for; none: the model cannot think.'),
    efforts: z
      .array(z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']))
      .optional()
      .describe(
        'Words of effort that are taken, others are clamped to the nearest; an empty list: none are sent.',
      ),
    defaultThinkingBudget: tokens
      .optional()
      .describe('Budget of a client that leaves it to the model, in tokens.'),
    thinkingFirst: yes.describe(
      'Anthropic: in a tool loop the turn has to open with signed thinking. Default: where thinking has a budget.',
    ),
    noSampling: yes.describe('temperature, top_p, penalties and logprobs are refused.'),
    temperatureOrTopP: yes.describe('Anthropic: one of the two, never both.'),
    stopLimit: z
      .int()
      .min(0)
      .max(10_000)
      .optional()
      .describe('Stop sequences that are taken; the others are enforced here.'),
    structuredOutput: z
      .enum(['schema', 'json', 'none'])
      .optional()
      .describe('What an answer can be held to: a schema, JSON of any shape, nothing.'),
    images: yes.describe('false: the model has no vision.'),
    documents: yes.describe('false: the model takes no documents but their text.'),
    audio: yes.describe('false: the model hears nothing.'),
    toolChoice: yes.describe('false: the server knows no choice of tools.'),
    parallelTools: yes.describe('false: the server cannot be told to call one tool at a time.'),
    webSearch: yes.describe("A search of the web of the vendor's own can be asked for."),
    refusedMembers: z
      .array(
        z.enum([
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
        ]),
      )
      .optional()
      .describe('Chat and Responses: members that the server refuses a request for; left out in both lanes.'),
    tiers: z
      .array(z.string().min(1))
      .optional()
      .describe("Words of service_tier that are taken. Default: those of the dialect's vendor."),
    noStreamOptions: yes.describe('Chat: stream_options is refused.'),
    thinkTag: z
      .string()
      .regex(/^\w{1,32}$/, 'must be the name of a tag, such as think')
      .optional()
      .describe('Text that opens with this tag is reasoning.'),
    thinkOpened: yes.describe(
      'With thinkTag: the prompt ends with the opening tag, so that answers begin inside their thinking.',
    ),
    echoReasoning: yes.describe('Chat: an assistant message with calls has to carry reasoning_content.'),
    emptyReasoning: yes.describe('Chat: false: that reasoning_content must not be empty.'),
    noFinishReason: yes.describe('Chat: a stream may end with [DONE] and no finish_reason.'),
    reasoningField: z
      .enum(['reasoning_effort', 'reasoning', 'thinking', 'enable_thinking', 'chat_template_kwargs', 'none'])
      .optional()
      .describe('Chat: the member that asks for thinking.'),
    toolCallIdPattern: z.enum(['mistral9']).optional().describe('Chat: ids of calls are of this form.'),
    minimalFields: yes.describe('Chat: in the translate lane only members that every server takes.'),
    customTools: yes.describe('Chat: false: free-text tools travel as functions.'),
    cacheMarks: yes.describe('Chat, Converse: marks of the prompt cache are honoured.'),
    cacheBreakpoints: yes.describe('OpenAI: explicit breakpoints of the prompt cache are taken.'),
    reasoningDetails: yes.describe('Chat: reasoning_details are taken back, unmodified.'),
    participantNames: yes.describe('Chat: false: messages[].name is refused.'),
    thinkingBudgetMin: z.int().min(0).optional().describe('Gemini: least thinkingBudget.'),
    thinkingBudgetMax: tokens.optional().describe('Gemini: largest thinkingBudget.'),
    thinkingOff: yes.describe('Gemini: false: thinking cannot be switched off.'),
    signedCalls: yes.describe('Gemini: false: the first call of a turn needs no signature.'),
    jsonSchema: yes.describe('Gemini: false: schemas have to be of the classic kind.'),
    jsonWithTools: yes.describe('Gemini: false: a structured answer and tools exclude each other.'),
    resultMedia: yes.describe('Gemini: false: results of tools hold no media.'),
    fetchesUrls: yes.describe('false: the host fetches no URLs; media is fetched here and sent as bytes.'),
    penalties: yes.describe('Gemini: presence and frequency penalties are taken.'),
    callIds: yes.describe('Gemini: calls carry their ids, and results the ids of their calls.'),
    choices: z.int().min(1).max(128).optional().describe('Gemini: most candidates of one answer.'),
    requestFields: z
      .enum(['anthropic', 'nova', 'openai'])
      .optional()
      .describe('Converse: whose names the fields of the model go by.'),
    longCache: yes.describe('Converse: a breakpoint of the prompt cache may live an hour.'),
    latencyTier: yes.describe('Converse: the model is also served faster, for more money.'),
    video: yes.describe('Gemini, Converse: false: the model sees no video.'),
    numCtx: tokens.optional().describe('Ollama: context window to ask for.'),
    tokensPerImage: tokens.optional().describe('Tokens that one image costs, for estimates.'),
  })
  // Named, so that the JSON Schema holds it once.
  .meta({ id: 'Capabilities' });

/** Model names or patterns with "*" -> what differs there. All that match apply, in order. */
export const capabilityRows = z.record(modelName, capabilities);

export const unsupportedMedia = z.enum(['refuse', 'drop_with_placeholder']);
