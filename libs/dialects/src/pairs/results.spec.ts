import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { DIALECT_IDS, type DialectId } from '@turnpike/protocol';
import fc from 'fast-check';
import { DIALECTS } from '../registry';
import { bodiesOf, TARGETS } from './fixtures/requests';

const RUNS = { numRuns: 100 };
const PAIRS = DIALECT_IDS.flatMap((from) => DIALECT_IDS.map((to) => [from, to] as const));
const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

interface Linked {
  readonly calls: readonly unknown[];
  readonly results: readonly unknown[];
}

const blocksOf = (body: JsonObject): JsonObject[] =>
  list(body.messages).flatMap((message) => list(message.content));

const partsOf = (body: JsonObject): JsonObject[] =>
  list(body.contents).flatMap((content) => list(content.parts));

const nameIn = (value: Json | undefined): unknown => (isObject(value) ? value.name : undefined);

/** What links calls and results on each wire: ids, and on the Gemini API names in their order. */
const LINKS: Readonly<Record<DialectId, (body: JsonObject) => Linked>> = {
  'openai-chat': (body) => ({
    calls: list(body.messages).flatMap((m) => list(m.tool_calls).map((call) => call.id)),
    results: list(body.messages).flatMap((m) => (m.role === 'tool' ? [m.tool_call_id] : [])),
  }),
  'openai-responses': (body) => ({
    calls: list(body.input).flatMap((item) => (/_call$/.test(String(item.type)) ? [item.call_id] : [])),
    results: list(body.input).flatMap((item) =>
      /_call_output$/.test(String(item.type)) ? [item.call_id] : [],
    ),
  }),
  'anthropic-messages': (body) => ({
    calls: blocksOf(body).flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])),
    results: blocksOf(body).flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : [])),
  }),
  'gemini-generate': (body) => ({
    calls: partsOf(body).flatMap((part) => (part.functionCall ? [nameIn(part.functionCall)] : [])),
    results: partsOf(body).flatMap((part) => (part.functionResponse ? [nameIn(part.functionResponse)] : [])),
  }),
};

describe.each(PAIRS)('a conversation of a client of %s at a server of %s', (from, to) => {
  it('has one result for each call, in the order of the calls, and no others', () => {
    fc.assert(
      fc.property(bodiesOf(from), (body) => {
        const { body: sent } = DIALECTS[to].encodeRequest(DIALECTS[from].decodeRequest(body), TARGETS[to]);
        const { calls, results } = LINKS[to](sent);
        expect(results).toEqual(calls);
        if (to !== 'gemini-generate') expect(new Set(calls).size).toBe(calls.length);
      }),
      RUNS,
    );
  });

  it('calls tools by names that come back as the client’s', () => {
    fc.assert(
      fc.property(bodiesOf(from), (body) => {
        const request = DIALECTS[from].decodeRequest(body);
        const { body: sent, restoration } = DIALECTS[to].encodeRequest(request, TARGETS[to]);
        const again = DIALECTS[to].decodeRequest({ ...sent, model: 'm' });
        const known = new Set(request.tools.map((tool) => `${tool.namespace ?? ''}/${tool.name}`));
        for (const tool of again.tools) {
          if (tool.kind === 'hosted') continue;
          // A server with namespaces says itself which one it calls from.
          const { namespace, name } = { ...tool, ...restoration.tools?.get(tool.name) };
          if (request.tools.length > 0) expect(known).toContain(`${namespace ?? ''}/${name}`);
        }
      }),
      RUNS,
    );
  });
});
