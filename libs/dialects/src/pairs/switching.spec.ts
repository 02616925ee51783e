import { stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import { restoreResponse, WRAPPED_SIGNATURE_PREFIX } from '@turnpike/protocol';
import type { AnswerView } from '../dialect';
import { DIALECTS, UPSTREAM_DIALECTS } from '../registry';
import { AGENTS, type Agent, type Memory } from './fixtures/agents';
import type { Vendor } from './fixtures/vendor';
import { refusals, VENDORS } from './fixtures/vendors';

const LETTERS = Object.keys(VENDORS);
/** One vendor of each dialect. */
const ONE_EACH = ['A', 'C', 'R', 'G'];
const vendorOf = (letter: string): Vendor => VENDORS[letter] as Vendor;

/** Three turns answered by any of the vendors, and a fourth where there was one of each dialect. */
const mayFollow = (order: readonly string[], letter: string): boolean =>
  order.length < 3 || (order.length < 4 && [...order, letter].every((one) => ONE_EACH.includes(one)));

/** The request of an agent to one vendor; the agent then hears what that vendor answers. */
function turn(agent: Agent, vendor: Vendor, n: number): JsonObject {
  const client = DIALECTS[agent.id];
  const upstream = UPSTREAM_DIALECTS[vendor.id];
  const request = client.decodeRequest(agent.request());
  const { body, restoration } = upstream.encodeRequest(request, vendor.target);
  const view: AnswerView = {
    id: `0193${n}`,
    model: 'm',
    createdAt: 5,
    includeUsage: true,
    inputEstimate: 1,
    request,
  };
  const answer = upstream.decodeResponse(vendor.answer(n), vendor.target.vendor);
  agent.hear(client.encodeResponse(restoreResponse(answer, restoration), view));
  return body;
}

const isThere = (body: string, secret: string): boolean =>
  body.includes(secret) || body.includes(Buffer.from(secret).toString('base64').replace(/=+$/, ''));

/** What of a conversation a vendor must never see, or has to see again. `order`: who answered before, and who is asked. */
function* problemsOf(body: JsonObject, order: readonly string[], memory: Memory): Iterable<string> {
  const vendor = vendorOf(order.at(-1) ?? '');
  const text = stringifyJson(body);
  yield* refusals(vendor, body);
  if (text.includes(WRAPPED_SIGNATURE_PREFIX)) yield 'it holds a wrapping of ours';
  for (const [before, letter] of order.slice(0, -1).entries()) {
    const other = vendorOf(letter);
    if (other !== vendor) {
      if (other.secrets(before).some((secret) => isThere(text, secret)))
        yield `it holds a signature of ${letter}’s`;
      continue;
    }
    const found = stringifyJson([vendor.proofsIn(body, before) as Json]);
    const wanted = stringifyJson([vendor.proofs(before) as Json]);
    if (memory === 'all' && found !== wanted) yield `it holds ${found} for ${wanted}`;
  }
}

/** Goes on from here with every vendor that may follow. */
function* walk(agent: Agent, order: readonly string[], memory: Memory): Iterable<string> {
  for (const letter of LETTERS) {
    if (!mayFollow(order, letter)) continue;
    const next = agent.copy();
    const path = [...order, letter];
    for (const problem of problemsOf(turn(next, vendorOf(letter), order.length), path, memory))
      yield `${path.join('')}: ${problem}`;
    yield* walk(next, path, memory);
  }
}

const CASES = Object.entries(AGENTS).flatMap(([name, create]) => [
  [name, 'all', create] as const,
  [name, 'known', create] as const,
]);

describe.each(CASES)('an agent of %s that keeps %s of what it is told', (_, memory, create) => {
  it('is refused by no vendor when they change at every turn, and shows each its own proofs alone', () => {
    expect([...walk(create(memory), [], memory)].slice(0, 10)).toEqual([]);
  });

  it('is told the same by all of them', () => {
    for (const letter of LETTERS) {
      const agent = create(memory);
      for (const n of [0, 1]) turn(agent, vendorOf(letter), n);
      const { turns } = DIALECTS[agent.id].decodeRequest(agent.request());
      const calls = turns.flatMap((turn) => turn.parts.filter((part) => part.kind === 'call'));
      expect(calls.map((call) => [call.name, call.args])).toEqual([
        ['read', '{"turn":0,"id":"x"}'],
        ['list', '{}'],
        ['read', '{"turn":1,"id":"x"}'],
        ['list', '{}'],
      ]);
      expect(new Set(calls.map((call) => call.id)).size).toBe(4);
    }
  });
});
