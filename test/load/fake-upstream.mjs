/** A provider that costs as little as possible: fixed answers of 1 KB, streams with a fixed gap. Prints its port. */
import http from 'node:http';

const GAP_MS = Number(process.env.GAP_MS ?? 5);
const text = 'lorem ipsum dolor sit amet '.repeat(22);
const usage = { prompt_tokens: 200, completion_tokens: 150, total_tokens: 350 };
const whole = {
  chat: Buffer.from(
    JSON.stringify({
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
      usage,
    }),
  ),
  messages: Buffer.from(
    JSON.stringify({
      id: 'msg_bench',
      type: 'message',
      role: 'assistant',
      model: 'fake',
      content: [{ type: 'text', text }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 200, output_tokens: 150 },
    }),
  ),
};
const chunkOf = (delta, finish = null) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1, model: 'fake', choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], usage: null })}\n\n`;
const chunk = Buffer.from(chunkOf({ content: 'lorem ipsum ' }));
const end = Buffer.from(
  `${chunkOf({}, 'stop')}data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1, model: 'fake', choices: [], usage })}\n\ndata: [DONE]\n\n`,
);

/** The number of chunks is the request's max_tokens: it reaches us through any gateway. */
function stream(res, chunks) {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  res.write(chunkOf({ role: 'assistant', content: '' }));
  let left = chunks;
  const timer = setInterval(() => {
    if (res.destroyed) return clearInterval(timer);
    if (left-- > 0) return res.write(chunk);
    clearInterval(timer);
    res.end(end);
  }, GAP_MS);
}

const server = http.createServer((req, res) => {
  const parts = [];
  req.on('data', (part) => parts.push(part));
  req.on('end', () => {
    const body = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    if (body.includes('"stream":true'))
      return stream(
        res,
        Number(/"max_(?:completion_)?tokens":(\d+)/.exec(body.toString('latin1'))?.[1] ?? 10),
      );
    const answer = req.url.endsWith('/messages') ? whole.messages : whole.chat;
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
    res.end(answer);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
