import {
  configOf,
  openDataPlane,
  openUpstream,
  type DataPlaneFixture,
  type RawUpstream,
} from './open-data-plane';

const ANSWER = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm1',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

const refusal = (message: string): object => ({
  error: { message, type: 'invalid_request_error', param: null, code: null },
});

let upstream: RawUpstream;
let plane: DataPlaneFixture;

beforeEach(async () => {
  upstream = await openUpstream();
  plane = await openDataPlane(configOf([upstream.url]), { forgetful: true });
});

afterEach(async () => {
  expect(plane.observer.defects).toEqual([]);
  await plane.close();
  await upstream.close();
});

/** A server that takes no member of these names, and says so of the first that it finds. */
function refuse(...names: string[]): void {
  upstream.handler = (_, response, body) => {
    const sent = JSON.parse(body.toString('utf8')) as object;
    const found = names.find((name) => Object.hasOwn(sent, name));
    response.writeHead(found ? 400 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ? refusal(`Unsupported parameter: '${found}'.`) : ANSWER));
  };
}

const ask = (path: string, body: object): Promise<Response> =>
  fetch(`${plane.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${plane.key}` },
    body: JSON.stringify({ model: 'm', ...body }),
  });

const messages = { max_tokens: 99, messages: [{ role: 'user', content: 'Hello' }] };
const sent = (): object[] => upstream.seen.map(({ body }) => JSON.parse(body.toString('utf8')) as object);

it('a member that is refused is left out, named, and not sent again to this model', async () => {
  refuse('temperature');
  const first = await ask('/v1/messages', { ...messages, temperature: 0.5 });
  expect([first.status, first.headers.get('x-turnpike-attempts')]).toEqual([200, '2']);
  expect(first.headers.get('x-turnpike-warnings')).toContain('dropped:temperature');
  const second = await ask('/v1/messages', { ...messages, temperature: 0.5 });
  expect([second.status, second.headers.get('x-turnpike-attempts')]).toEqual([200, '1']);
  expect(second.headers.get('x-turnpike-warnings')).toContain('dropped:temperature');
  expect(sent().map((body) => 'temperature' in body)).toEqual([true, false, false]);
});

it('a cap under its other name', async () => {
  refuse('max_tokens');
  expect((await ask('/v1/messages', messages)).status).toBe(200);
  expect(sent()[1]).toMatchObject({ max_completion_tokens: 99 });
});

it('no more than the attempts of a call', async () => {
  refuse('temperature', 'top_p', 'stop', 'max_tokens');
  const body = { ...messages, temperature: 0.5, top_p: 0.5, stop_sequences: ['x'] };
  expect((await ask('/v1/messages', body)).status).toBe(400);
  expect(upstream.seen).toHaveLength(3);
  // What was learned stays: the next call gets through.
  expect((await ask('/v1/messages', body)).status).toBe(200);
});

it('what the client wrote in the target’s own words is its own business', async () => {
  refuse('temperature');
  const response = await ask('/v1/chat/completions', { messages: messages.messages, temperature: 0.5 });
  expect(response.status).toBe(400);
  expect(upstream.seen).toHaveLength(1);
});
