/**
 * Where what an SDK's types say is not what travels. `of` names a definition, `optional` are members that need not be
 * there, `add` are members more, `replace` stands in for the whole definition.
 */
const TEXT = { type: 'string' };
const OPEN = { type: 'object' };
const OBJECTS = { type: 'array', items: OPEN };

/** Reasoning has no place in the vendor's own form: these members are what its clients have agreed on. */
const REASONING = { reasoning_content: TEXT, reasoning_details: OBJECTS };
const IMAGES = { images: OBJECTS };
/** A signature of Google's at one call, as Google's own Chat endpoint carries it. */
const EXTRA_CONTENT = { extra_content: OPEN };

const SAMPLING = {
  temperature: { type: 'number', minimum: 0, maximum: 1 },
  top_p: { type: 'number', minimum: 0, maximum: 1 },
  top_k: { type: 'integer', minimum: 0 },
};
const TOOK_SAMPLING = 'models up to the 4.7 family take sampling members, which the SDK names no more';

export const ADJUSTMENTS = {
  'openai-chat': [
    { of: 'ChatCompletionMessage', add: { ...REASONING, ...IMAGES }, why: 'reasoning and drawn images' },
    {
      of: 'ChatCompletionChunk.Choice.Delta',
      add: { ...REASONING, ...IMAGES, annotations: OBJECTS },
      why: 'reasoning, drawn images and citations',
    },
    { of: 'ChatCompletionMessageFunctionToolCall', add: EXTRA_CONTENT, why: 'signed calls' },
    { of: 'ChatCompletionChunk.Choice.Delta.ToolCall', add: EXTRA_CONTENT, why: 'signed calls' },
    {
      of: 'ChatCompletionChunk.Choice.Delta.ToolCall',
      add: {
        type: { type: 'string', enum: ['function', 'custom'] },
        custom: { type: 'object', properties: { name: TEXT, input: TEXT }, additionalProperties: false },
      },
      why: 'free-text tools stream like functions',
    },
    {
      of: 'ChatCompletionAssistantMessageParam',
      add: { ...REASONING, ...IMAGES, prefix: { type: 'boolean' } },
      why: 'compatible servers take reasoning back and continue a marked message',
    },
  ],
  'openai-responses': [
    { of: 'Response', optional: ['output_text'], why: 'made by the SDK, never sent' },
    { of: 'Response', add: { store: { type: 'boolean' } }, why: 'sent, though the SDK does not say so' },
    {
      of: 'Response',
      add: {
        frequency_penalty: { type: 'number' },
        presence_penalty: { type: 'number' },
        max_tool_calls: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
        user: { anyOf: [TEXT, { type: 'null' }] },
      },
      why: 'sent by the vendor and required by Open Responses, though the SDK does not say so',
    },
    {
      of: 'Response',
      add: { usage: { anyOf: [{ $ref: '#/definitions/ResponseUsage' }, { type: 'null' }] } },
      why: 'null as long as the response is in progress',
    },
    {
      of: 'ResponseError',
      replace: {
        type: 'object',
        properties: { code: TEXT, message: TEXT, turnpike: OPEN },
        required: ['code', 'message'],
        additionalProperties: false,
      },
      why: 'errors of other vendors keep their codes, and bear our own account of them',
    },
    {
      of: 'ResponseOutputMessage',
      optional: ['id', 'status'],
      why: 'a server that stores nothing takes messages without ids',
    },
    {
      of: 'ResponseCustomToolCall',
      add: { status: { type: 'string', enum: ['in_progress', 'completed', 'incomplete'] } },
      why: 'sent, and read by clients, though the SDK does not say so',
    },
    { of: 'ResponseReasoningItem', optional: ['id'], why: 'a server that stores nothing knows no id' },
    { of: 'ResponseOutputText', optional: ['annotations'], why: 'sent back without them' },
    { of: 'ResponseInputImage', optional: ['detail'], why: 'the server has a default' },
    { of: 'FunctionTool', optional: ['strict'], why: 'a client of this dialect may leave it to the server' },
  ],
  'anthropic-messages': [
    { of: 'MessageCreateParamsBase', add: SAMPLING, why: TOOK_SAMPLING },
    {
      of: 'Message',
      optional: ['container', 'diagnostics', 'stop_details'],
      why: 'answers of version 2023-06-01 lack them',
    },
    {
      of: 'Usage',
      optional: [
        'cache_creation',
        'inference_geo',
        'output_tokens_details',
        'server_tool_use',
        'service_tier',
        'speed',
      ],
      why: 'only what was reported is told',
    },
    {
      of: 'MessageDeltaUsage',
      optional: ['output_tokens_details', 'server_tool_use'],
      add: { cache_creation: { $ref: '#/definitions/CacheCreation' } },
      why: 'the lifetimes of cache writes may be known at the end alone',
    },
    {
      of: 'RawMessageDeltaEvent.Delta',
      optional: ['container', 'stop_details'],
      why: 'answers of version 2023-06-01 lack them',
    },
    { of: 'TextBlock', optional: ['citations'], why: 'answers of version 2023-06-01 lack it' },
    { of: 'ToolUseBlock', optional: ['caller'], why: 'answers of version 2023-06-01 lack it' },
  ],
  'anthropic-messages-beta': [{ of: 'MessageCreateParamsBase', add: SAMPLING, why: TOOK_SAMPLING }],
  'gemini-generate': [],
};
