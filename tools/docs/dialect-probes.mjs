/** One small request per thing that a client may say, in each dialect that can say it: what the page of dialects is made of. */

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PDF = 'JVBERi0xLjQKJSVFT0YK';
const URL = 'https://example.com/a.png';
const SCHEMA = {
  type: 'object',
  properties: { a: { type: 'string' } },
  required: ['a'],
  additionalProperties: false,
};

/** The smallest request of each dialect; a probe's members are laid over it. */
export const PLAIN = {
  'openai-chat': { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
  'openai-responses': { model: 'm', input: [{ role: 'user', content: 'hi' }] },
  'anthropic-messages': { model: 'm', max_tokens: 9_000, messages: [{ role: 'user', content: 'hi' }] },
  'gemini-generate': { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
};

const chatUser = (...content) => ({
  messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }, ...content] }],
});
const responsesUser = (...content) => ({
  input: [{ role: 'user', content: [{ type: 'input_text', text: 'hi' }, ...content] }],
});
const messagesUser = (...content) => ({
  messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }, ...content] }],
});
const geminiUser = (...parts) => ({ contents: [{ role: 'user', parts: [{ text: 'hi' }, ...parts] }] });
const generation = (generationConfig) => ({ generationConfig });

const TOOLS = {
  'openai-chat': { tools: [{ type: 'function', function: { name: 'f', parameters: SCHEMA } }] },
  'openai-responses': { tools: [{ type: 'function', name: 'f', parameters: SCHEMA, strict: false }] },
  'anthropic-messages': { tools: [{ name: 'f', input_schema: SCHEMA }] },
  'gemini-generate': { tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: SCHEMA }] }] },
};
const withTools = (members) =>
  Object.fromEntries(Object.entries(members).map(([id, own]) => [id, { ...TOOLS[id], ...own }]));

const image = { type: 'base64', media_type: 'image/png', data: PIXEL };
const resultWith = {
  messages: (extra) => ({
    ...TOOLS['anthropic-messages'],
    messages: [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 'b' } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', ...extra }] },
    ],
  }),
  responses: (output) => ({
    ...TOOLS['openai-responses'],
    input: [
      { role: 'user', content: 'hi' },
      { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{"a":"b"}' },
      { type: 'function_call_output', call_id: 'call_1', output },
    ],
  }),
  gemini: (response, parts) => ({
    ...TOOLS['gemini-generate'],
    contents: [
      { role: 'user', parts: [{ text: 'hi' }] },
      { role: 'model', parts: [{ functionCall: { id: 'c1', name: 'f', args: { a: 'b' } } }] },
      {
        role: 'user',
        parts: [{ functionResponse: { id: 'c1', name: 'f', response, ...(parts && { parts }) } }],
      },
    ],
  }),
};

/** Thing -> how each dialect says it. A dialect that is left out cannot. */
export const PROBES = {
  'system prompt': {
    'openai-chat': { messages: [{ role: 'system', content: 's' }, ...PLAIN['openai-chat'].messages] },
    'openai-responses': { instructions: 's' },
    'anthropic-messages': { system: 's' },
    'gemini-generate': { systemInstruction: { parts: [{ text: 's' }] } },
  },
  'system turn in mid-conversation': {
    'openai-chat': { messages: [...PLAIN['openai-chat'].messages, { role: 'system', content: 's' }] },
    'openai-responses': { input: [...PLAIN['openai-responses'].input, { role: 'developer', content: 's' }] },
    'anthropic-messages': {
      messages: [...PLAIN['anthropic-messages'].messages, { role: 'system', content: 's' }],
    },
  },
  'answer begun by the client (prefill)': {
    'openai-chat': { messages: [...PLAIN['openai-chat'].messages, { role: 'assistant', content: 'So' }] },
    'anthropic-messages': {
      messages: [...PLAIN['anthropic-messages'].messages, { role: 'assistant', content: 'So' }],
    },
    'gemini-generate': {
      contents: [...PLAIN['gemini-generate'].contents, { role: 'model', parts: [{ text: 'So' }] }],
    },
  },
  'name of a participant': { 'openai-chat': { messages: [{ role: 'user', name: 'ada', content: 'hi' }] } },
  'image, inline': {
    'openai-chat': chatUser({ type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } }),
    'openai-responses': responsesUser({ type: 'input_image', image_url: `data:image/png;base64,${PIXEL}` }),
    'anthropic-messages': messagesUser({ type: 'image', source: image }),
    'gemini-generate': geminiUser({ inlineData: { mimeType: 'image/png', data: PIXEL } }),
  },
  'image, by URL': {
    'openai-chat': chatUser({ type: 'image_url', image_url: { url: URL } }),
    'openai-responses': responsesUser({ type: 'input_image', image_url: URL }),
    'anthropic-messages': messagesUser({ type: 'image', source: { type: 'url', url: URL } }),
    'gemini-generate': geminiUser({ fileData: { fileUri: URL, mimeType: 'image/png' } }),
  },
  'PDF, inline': {
    'openai-chat': chatUser({
      type: 'file',
      file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${PDF}` },
    }),
    'openai-responses': responsesUser({
      type: 'input_file',
      filename: 'a.pdf',
      file_data: `data:application/pdf;base64,${PDF}`,
    }),
    'anthropic-messages': messagesUser({
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data: PDF },
    }),
    'gemini-generate': geminiUser({ inlineData: { mimeType: 'application/pdf', data: PDF } }),
  },
  'audio, inline': {
    'openai-chat': chatUser({ type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } }),
    'gemini-generate': geminiUser({ inlineData: { mimeType: 'audio/wav', data: 'UklGRg==' } }),
  },
  'cache mark': {
    'openai-chat': {
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hi', cache_control: { type: 'ephemeral' } }] },
      ],
    },
    'anthropic-messages': {
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'hi', cache_control: { type: 'ephemeral' } }] },
      ],
    },
  },
  tools: TOOLS,
  'choice: any tool': withTools({
    'openai-chat': { tool_choice: 'required' },
    'openai-responses': { tool_choice: 'required' },
    'anthropic-messages': { tool_choice: { type: 'any' } },
    'gemini-generate': { toolConfig: { functionCallingConfig: { mode: 'ANY' } } },
  }),
  'choice: one tool': withTools({
    'openai-chat': { tool_choice: { type: 'function', function: { name: 'f' } } },
    'openai-responses': { tool_choice: { type: 'function', name: 'f' } },
    'anthropic-messages': { tool_choice: { type: 'tool', name: 'f' } },
    'gemini-generate': {
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
    },
  }),
  'choice: none': withTools({
    'openai-chat': { tool_choice: 'none' },
    'openai-responses': { tool_choice: 'none' },
    'anthropic-messages': { tool_choice: { type: 'none' } },
    'gemini-generate': { toolConfig: { functionCallingConfig: { mode: 'NONE' } } },
  }),
  'no parallel calls': withTools({
    'openai-chat': { parallel_tool_calls: false },
    'openai-responses': { parallel_tool_calls: false },
    'anthropic-messages': { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
  }),
  'free-text tool': {
    'openai-chat': { tools: [{ type: 'custom', custom: { name: 'f' } }] },
    'openai-responses': { tools: [{ type: 'custom', name: 'f' }] },
  },
  'tools in a namespace': {
    'openai-responses': {
      tools: [{ type: 'namespace', name: 'n', description: 'd', tools: TOOLS['openai-responses'].tools }],
    },
  },
  'web search of the vendor': {
    'openai-responses': { tools: [{ type: 'web_search' }] },
    'anthropic-messages': { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    'gemini-generate': { tools: [{ googleSearch: {} }] },
  },
  'result marked as an error': {
    'anthropic-messages': resultWith.messages({ content: 'no', is_error: true }),
    'gemini-generate': resultWith.gemini({ error: 'no' }),
  },
  'image in a result': {
    'openai-responses': resultWith.responses([
      { type: 'input_image', image_url: `data:image/png;base64,${PIXEL}` },
    ]),
    'anthropic-messages': resultWith.messages({ content: [{ type: 'image', source: image }] }),
    'gemini-generate': resultWith.gemini({ output: 'ok' }, [
      { inlineData: { mimeType: 'image/png', data: PIXEL } },
    ]),
  },
  'effort of thinking': {
    'openai-chat': { reasoning_effort: 'high' },
    'openai-responses': { reasoning: { effort: 'high' } },
    'anthropic-messages': { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
    'gemini-generate': generation({ thinkingConfig: { thinkingLevel: 'HIGH' } }),
  },
  'budget of thinking': {
    'anthropic-messages': { thinking: { type: 'enabled', budget_tokens: 8_192 } },
    'gemini-generate': generation({ thinkingConfig: { thinkingBudget: 8_192 } }),
  },
  'cap on output': {
    'openai-chat': { max_completion_tokens: 500 },
    'openai-responses': { max_output_tokens: 500 },
    'anthropic-messages': { max_tokens: 500 },
    'gemini-generate': generation({ maxOutputTokens: 500 }),
  },
  temperature: {
    'openai-chat': { temperature: 0.7 },
    'openai-responses': { temperature: 0.7 },
    'anthropic-messages': { temperature: 0.7 },
    'gemini-generate': generation({ temperature: 0.7 }),
  },
  'temperature above 1': {
    'openai-chat': { temperature: 1.7 },
    'openai-responses': { temperature: 1.7 },
    'gemini-generate': generation({ temperature: 1.7 }),
  },
  top_p: {
    'openai-chat': { top_p: 0.9 },
    'openai-responses': { top_p: 0.9 },
    'anthropic-messages': { top_p: 0.9 },
    'gemini-generate': generation({ topP: 0.9 }),
  },
  top_k: { 'anthropic-messages': { top_k: 5 }, 'gemini-generate': generation({ topK: 5 }) },
  'stop sequences': {
    'openai-chat': { stop: ['END'] },
    'anthropic-messages': { stop_sequences: ['END'] },
    'gemini-generate': generation({ stopSequences: ['END'] }),
  },
  seed: { 'openai-chat': { seed: 7 }, 'gemini-generate': generation({ seed: 7 }) },
  penalties: {
    'openai-chat': { presence_penalty: 0.5 },
    'gemini-generate': generation({ presencePenalty: 0.5 }),
  },
  'several choices': { 'openai-chat': { n: 2 }, 'gemini-generate': generation({ candidateCount: 2 }) },
  logprobs: {
    'openai-chat': { logprobs: true, top_logprobs: 2 },
    'openai-responses': { include: ['message.output_text.logprobs'], top_logprobs: 2 },
    'gemini-generate': generation({ responseLogprobs: true, logprobs: 2 }),
  },
  'logit bias': { 'openai-chat': { logit_bias: { 50256: -100 } } },
  'answer by a schema': {
    'openai-chat': { response_format: { type: 'json_schema', json_schema: { name: 'r', schema: SCHEMA } } },
    'openai-responses': { text: { format: { type: 'json_schema', name: 'r', schema: SCHEMA } } },
    'anthropic-messages': { output_config: { format: { type: 'json_schema', schema: SCHEMA } } },
    'gemini-generate': generation({ responseMimeType: 'application/json', responseJsonSchema: SCHEMA }),
  },
  'answer in JSON': {
    'openai-chat': { response_format: { type: 'json_object' } },
    'openai-responses': { text: { format: { type: 'json_object' } } },
    'gemini-generate': generation({ responseMimeType: 'application/json' }),
  },
  verbosity: { 'openai-chat': { verbosity: 'low' }, 'openai-responses': { text: { verbosity: 'low' } } },
  'end user': {
    'openai-chat': { user: 'u-1' },
    'openai-responses': { user: 'u-1' },
    'anthropic-messages': { metadata: { user_id: 'u-1' } },
  },
  metadata: { 'openai-chat': { metadata: { a: 'b' } }, 'openai-responses': { metadata: { a: 'b' } } },
  'service tier': {
    'openai-chat': { service_tier: 'flex' },
    'openai-responses': { service_tier: 'flex' },
    'anthropic-messages': { service_tier: 'standard_only' },
  },
  'cache key': {
    'openai-chat': { prompt_cache_key: 'k' },
    'openai-responses': { prompt_cache_key: 'k' },
  },
  'safety settings': {
    'gemini-generate': {
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
    },
  },
};
