/** A provider that costs as little as possible: fixed answers of 1 KB, streams with a fixed gap. Prints its port. */
import http from 'node:http';
import { ANSWERS, dialectOf } from './fake-answers.mjs';

const GAP_MS = Number(process.env.GAP_MS ?? 5);
const CAP = /"(?:max_(?:completion_|output_)?tokens|maxOutputTokens)":(\d+)/;

/** The number of chunks is the request's output cap: it reaches us through any gateway. */
function stream(res, { start, chunk, end }, chunks) {
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  if (start !== '') res.write(start);
  const bytes = Buffer.from(chunk);
  let left = chunks;
  const timer = setInterval(() => {
    if (res.destroyed) return clearInterval(timer);
    if (left-- > 0) return res.write(bytes);
    clearInterval(timer);
    res.end(typeof end === 'function' ? end(chunks) : end);
  }, GAP_MS);
}

const server = http.createServer((req, res) => {
  const parts = [];
  req.on('data', (part) => parts.push(part));
  req.on('end', () => {
    const body = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    const path = req.url.split('?', 1)[0];
    const answers = ANSWERS[dialectOf(path)];
    if (body.includes('"stream":true') || path.endsWith(':streamGenerateContent'))
      return stream(res, answers, Number(CAP.exec(body.toString('latin1'))?.[1] ?? 10));
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': answers.whole.length });
    res.end(answers.whole);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
