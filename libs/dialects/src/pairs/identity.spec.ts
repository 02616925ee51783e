import type { JsonObject } from '@turnpike/kernel';
import type { Capabilities, DialectId } from '@turnpike/protocol';
import { violationsOf } from '../../../../test/schemas/validate';
import { DIALECTS } from '../registry';
import { TARGETS } from './fixtures/requests';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const SCHEMA: JsonObject = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
const SIGNATURE = 'c2lnbmVk';

/** Everything that the translate lane knows of each dialect, in one body that its own vendor takes. */
const BODIES: readonly (readonly [DialectId, string, Capabilities, JsonObject])[] = [
  [
    'openai-chat',
    'a conversation with tools and pictures',
    {},
    {
      model: 'up',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'system', content: 'Be kind.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look.' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}`, detail: 'low' } },
            { type: 'image_url', image_url: { url: 'https://a.example/x.png' } },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
            { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0x' } },
            { type: 'file', file: { file_id: 'file-1' } },
          ],
          name: 'ann',
        },
        {
          role: 'assistant',
          content: 'I look.',
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'read', arguments: '{"a":"x"}' } },
            { id: 'c2', type: 'custom', custom: { name: 'patch', input: 'free text' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'one' },
        {
          role: 'tool',
          tool_call_id: 'c2',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
        { role: 'assistant', content: null, refusal: 'No.' },
        { role: 'user', content: 'Go on.' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 100,
      temperature: 0.7,
      top_p: 0.9,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      logit_bias: { '50256': -100 },
      logprobs: true,
      top_logprobs: 2,
      seed: 7,
      n: 2,
      user: 'u',
      metadata: { a: 'b' },
      service_tier: 'flex',
      prompt_cache_key: 'k',
      prompt_cache_retention: '24h',
      verbosity: 'low',
      stop: ['a', 'b'],
      tools: [
        {
          type: 'function',
          function: { name: 'read', description: 'Reads.', parameters: SCHEMA, strict: false },
        },
        {
          type: 'custom',
          custom: {
            name: 'patch',
            description: 'Patches.',
            format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "x"' } },
          },
        },
      ],
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'read' } }] },
      },
      parallel_tool_calls: false,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'x', description: 'd', schema: SCHEMA, strict: false },
      },
      reasoning_effort: 'high',
      web_search_options: { search_context_size: 'low' },
      store: false,
    },
  ],
  [
    'openai-responses',
    'a conversation with items of every kind',
    {},
    {
      model: 'up',
      instructions: 'Be brief.',
      input: [
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Be kind.' }] },
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: 'Look.' },
            { type: 'input_image', image_url: `data:image/png;base64,${PNG}`, detail: 'low' },
            { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0x' },
            { type: 'input_file', file_url: 'https://a.example/a.pdf' },
          ],
        },
        {
          type: 'reasoning',
          summary: [
            { type: 'summary_text', text: 'one' },
            { type: 'summary_text', text: 'two' },
          ],
          encrypted_content: 'gAAA',
        },
        {
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'I look.' }],
          phase: 'commentary',
        },
        { type: 'function_call', call_id: 'c1', name: 'read', arguments: '{"a":"x"}', namespace: 'files' },
        { type: 'custom_tool_call', call_id: 'c2', name: 'patch', input: 'free text' },
        { type: 'function_call_output', call_id: 'c1', output: 'one' },
        {
          type: 'custom_tool_call_output',
          call_id: 'c2',
          output: [
            { type: 'input_text', text: 'two' },
            { type: 'input_image', image_url: `data:image/png;base64,${PNG}`, detail: 'auto' },
          ],
        },
        {
          type: 'message',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Done.' }],
          phase: 'final_answer',
        },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Go on.' }] },
      ],
      stream: true,
      store: false,
      include: ['file_search_call.results', 'reasoning.encrypted_content'],
      max_output_tokens: 100,
      temperature: 0.7,
      top_p: 0.9,
      tools: [
        {
          type: 'namespace',
          name: 'files',
          description: 'Files.',
          tools: [
            { type: 'function', name: 'read', description: 'Reads.', parameters: SCHEMA, strict: true },
          ],
        },
        {
          type: 'custom',
          name: 'patch',
          description: 'Patches.',
          format: { type: 'grammar', definition: 'start: "x"', syntax: 'lark' },
        },
        { type: 'web_search', search_context_size: 'low' },
        { type: 'tool_search', execution: 'client' },
      ],
      tool_choice: { type: 'custom', name: 'patch' },
      parallel_tool_calls: false,
      reasoning: { effort: 'high', summary: 'detailed' },
      text: {
        format: { type: 'json_schema', name: 'x', description: 'd', schema: SCHEMA, strict: false },
        verbosity: 'low',
      },
      user: 'u',
      metadata: { a: 'b' },
      service_tier: 'flex',
      prompt_cache_key: 'k',
      prompt_cache_retention: '24h',
      truncation: 'auto',
      stream_options: { include_obfuscation: false },
    },
  ],
  [
    'anthropic-messages',
    'a conversation with blocks of every kind',
    { thinking: 'budget', midSystem: true },
    {
      model: 'up',
      max_tokens: 9_000,
      system: [
        { type: 'text', text: 'Be brief.' },
        { type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral', ttl: '1h' } },
      ],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look.' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
            { type: 'image', source: { type: 'url', url: 'https://a.example/x.png' } },
            {
              type: 'document',
              source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0x' },
              title: 'a.pdf',
              citations: { enabled: true },
            },
            {
              type: 'document',
              source: { type: 'text', media_type: 'text/plain', data: 'plain' },
              title: 'b.txt',
            },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: SIGNATURE },
            { type: 'thinking', thinking: '', signature: SIGNATURE },
            { type: 'redacted_thinking', data: 'ZGF0YQ==' },
            { type: 'text', text: 'I look.' },
            { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'q' } },
            { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
            { type: 'tool_use', id: 'toolu_1', name: 'read', input: { a: 'x' } },
            { type: 'tool_use', id: 'toolu_2', name: 'read', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: 'one' },
            {
              type: 'tool_result',
              tool_use_id: 'toolu_2',
              content: [
                { type: 'text', text: 'two' },
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
                { type: 'tool_reference', tool_name: 'late' },
              ],
              is_error: true,
            },
            { type: 'text', text: 'Go on.', cache_control: { type: 'ephemeral' } },
          ],
        },
        { role: 'system', content: [{ type: 'text', text: 'Remember.' }] },
      ],
      stream: true,
      stop_sequences: ['a'],
      tools: [
        { name: 'read', description: 'Reads.', input_schema: SCHEMA, strict: true, defer_loading: true },
        { type: 'web_search_20250305', name: 'web_search', max_uses: 3 },
      ],
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      thinking: { type: 'enabled', budget_tokens: 2_048, display: 'omitted' },
      output_config: { format: { type: 'json_schema', schema: SCHEMA } },
      metadata: { user_id: 'u' },
      service_tier: 'standard_only',
      container: 'c1',
      context_management: { edits: [] },
    },
  ],
  [
    'gemini-generate',
    'a conversation with parts of every kind',
    {},
    {
      systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] },
      contents: [
        {
          role: 'user',
          parts: [
            { text: 'Look.' },
            { inlineData: { mimeType: 'image/png', data: PNG } },
            { inlineData: { mimeType: 'audio/wav', data: 'AAAA' } },
            { fileData: { fileUri: 'https://a.example/x.png', mimeType: 'image/png' } },
            {
              fileData: {
                fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/f',
                mimeType: 'video/mp4',
              },
              videoMetadata: { fps: 1 },
            },
          ],
        },
        {
          role: 'model',
          parts: [
            { text: 'hm', thought: true },
            { text: 'I look.', thoughtSignature: SIGNATURE },
            { functionCall: { name: 'read', args: { a: 'x' }, id: 'c1' }, thoughtSignature: SIGNATURE },
            { functionCall: { name: 'read', args: {}, id: 'c2' } },
          ],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { name: 'read', response: { output: 'one' }, id: 'c1' } },
            {
              functionResponse: {
                name: 'read',
                response: { error: 'no', code: 5 },
                id: 'c2',
                parts: [{ inlineData: { mimeType: 'image/png', data: PNG } }],
              },
            },
            { text: 'Go on.' },
          ],
        },
      ],
      tools: [
        {
          functionDeclarations: [
            { name: 'read', description: 'Reads.', parametersJsonSchema: SCHEMA, behavior: 'BLOCKING' },
            { name: 'bare' },
          ],
        },
        { googleSearch: {} },
      ],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['read'] } },
      generationConfig: {
        maxOutputTokens: 100,
        temperature: 0.7,
        topP: 0.9,
        topK: 4,
        stopSequences: ['a'],
        seed: 7,
        candidateCount: 2,
        presencePenalty: 0.1,
        frequencyPenalty: 0.2,
        responseLogprobs: true,
        logprobs: 2,
        responseMimeType: 'application/json',
        responseJsonSchema: SCHEMA,
        thinkingConfig: { includeThoughts: true, thinkingLevel: 'HIGH' },
        mediaResolution: 'MEDIA_RESOLUTION_LOW',
      },
      cachedContent: 'cachedContents/1',
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
    },
  ],
];

describe.each(BODIES)('%s: %s', (id, _, capabilities, body) => {
  const named = { ...body, model: 'up' };

  it('is what the vendor’s SDK takes', () => expect(violationsOf(id, 'request', body)).toEqual([]));

  it('is the same after it was understood and told again', () => {
    const request = DIALECTS[id].decodeRequest(named, { model: 'up', stream: body.stream === true });
    const { body: sent, losses } = DIALECTS[id].encodeRequest(request, { ...TARGETS[id], capabilities });
    expect([sent, losses]).toEqual([body, []]);
  });
});
