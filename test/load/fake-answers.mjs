/** What the cheapest possible provider says in each dialect: one whole answer of 1 KB, and a stream in pieces. */
const text = 'lorem ipsum dolor sit amet '.repeat(22);
const piece = 'lorem ipsum ';
const json = (value) => Buffer.from(JSON.stringify(value));
const data = (value) => `data: ${JSON.stringify(value)}\n\n`;
const named = (value) => `event: ${value.type}\n${data(value)}`;

const chatUsage = { prompt_tokens: 200, completion_tokens: 150, total_tokens: 350 };
const chatChunk = (choices, usage = null) =>
  data({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1, model: 'fake', choices, usage });
const chatDelta = (delta, finish_reason = null) =>
  chatChunk([{ index: 0, delta, logprobs: null, finish_reason }]);

const chat = {
  whole: json({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1,
    model: 'fake',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: text, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: chatUsage,
  }),
  start: chatDelta({ role: 'assistant', content: '' }),
  chunk: chatDelta({ content: piece }),
  end: `${chatDelta({}, 'stop')}${chatChunk([], chatUsage)}data: [DONE]\n\n`,
};

const message = {
  id: 'msg_bench',
  type: 'message',
  role: 'assistant',
  model: 'fake',
  stop_sequence: null,
};
const messages = {
  whole: json({
    ...message,
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 200, output_tokens: 150 },
  }),
  start:
    named({
      type: 'message_start',
      message: {
        ...message,
        content: [],
        stop_reason: null,
        usage: { input_tokens: 200, output_tokens: 1 },
      },
    }) + named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
  chunk: named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: piece } }),
  end:
    named({ type: 'content_block_stop', index: 0 }) +
    named({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 150 },
    }) +
    named({ type: 'message_stop' }),
};

const part = (words) => ({ type: 'output_text', text: words, annotations: [], logprobs: [] });
const item = (status, content) => ({ id: 'msg_bench', type: 'message', role: 'assistant', status, content });
const response = (status, output, usage = null) => ({
  id: 'resp_bench',
  object: 'response',
  created_at: 1,
  status,
  model: 'fake',
  output,
  usage,
  error: null,
  incomplete_details: null,
  instructions: null,
  metadata: {},
  parallel_tool_calls: true,
  tool_choice: 'auto',
  tools: [],
  temperature: 1,
  top_p: 1,
});
const responsesUsage = {
  input_tokens: 200,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 150,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 350,
};
const at = { item_id: 'msg_bench', output_index: 0 };
const responses = {
  whole: json(response('completed', [item('completed', [part(text)])], responsesUsage)),
  start:
    named({ type: 'response.created', sequence_number: 0, response: response('in_progress', []) }) +
    named({ type: 'response.in_progress', sequence_number: 1, response: response('in_progress', []) }) +
    named({
      type: 'response.output_item.added',
      sequence_number: 2,
      output_index: 0,
      item: item('in_progress', []),
    }) +
    named({
      type: 'response.content_part.added',
      sequence_number: 3,
      ...at,
      content_index: 0,
      part: part(''),
    }),
  chunk: named({
    type: 'response.output_text.delta',
    sequence_number: 4,
    ...at,
    content_index: 0,
    delta: piece,
    logprobs: [],
  }),
  end: (chunks) => {
    const words = piece.repeat(chunks);
    const done = item('completed', [part(words)]);
    return (
      named({
        type: 'response.output_text.done',
        sequence_number: 5,
        ...at,
        content_index: 0,
        text: words,
        logprobs: [],
      }) +
      named({
        type: 'response.content_part.done',
        sequence_number: 6,
        ...at,
        content_index: 0,
        part: part(words),
      }) +
      named({ type: 'response.output_item.done', sequence_number: 7, output_index: 0, item: done }) +
      named({
        type: 'response.completed',
        sequence_number: 8,
        response: response('completed', [done], responsesUsage),
      })
    );
  },
};

const candidate = (words, finishReason) => ({
  candidates: [
    {
      content: { role: 'model', parts: words === '' ? [] : [{ text: words }] },
      index: 0,
      ...(finishReason && { finishReason }),
    },
  ],
  usageMetadata: { promptTokenCount: 200, candidatesTokenCount: 150, totalTokenCount: 350 },
  modelVersion: 'fake',
  responseId: 'bench',
});
const gemini = {
  whole: json(candidate(text, 'STOP')),
  start: '',
  chunk: data(candidate(piece)),
  end: data(candidate('', 'STOP')),
};

/** Dialect -> answers. `end` may depend on the number of pieces before it. */
export const ANSWERS = { chat, messages, responses, gemini };

/** Which dialect a path belongs to. */
export function dialectOf(path) {
  if (path.includes(':')) return 'gemini';
  if (path.endsWith('/messages')) return 'messages';
  return path.endsWith('/responses') ? 'responses' : 'chat';
}
