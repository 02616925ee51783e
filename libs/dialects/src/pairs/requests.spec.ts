import { isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import { DIALECT_IDS, UPSTREAM_DIALECT_IDS, type DialectId } from '@turnpike/protocol';
import { responsesBodies } from '@turnpike/testing/requests/random-responses-bodies';
import fc from 'fast-check';
import { violationsOf } from '../../../../test/schemas/validate';
import { DIALECTS, UPSTREAM_DIALECTS } from '../registry';
import { bodiesOf, MODELS, TARGETS, type Model } from './fixtures/requests';

const RUNS = { numRuns: 60 };
const LOSS = /^[a-z_]+(?::[\w.:-]+)+$/;
const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const PAIRS = DIALECT_IDS.flatMap((from) => DIALECT_IDS.map((to) => [from, to] as const));

/** A model without vision refuses pictures, which is an answer of its own. */
const textOnly = (body: JsonObject): boolean => !/image|inline/i.test(stringifyJson(body));

/** The strict server of Responses knows no namespaces: its SDK does. */
function bodiesFor(from: DialectId, { id, target }: Model): fc.Arbitrary<JsonObject> {
  const plain = from === id && id === 'openai-responses';
  const bodies = plain ? responsesBodies({ namespaces: false }) : bodiesOf(from);
  return target.capabilities.images === false ? bodies.filter(textOnly) : bodies;
}

describe.each(MODELS.map((model) => [`${model.id} (${model.kind})`, model] as const))('%s', (_, model) => {
  it.each(DIALECT_IDS)('refuses no body of a client of %s, and what is lost has a name', (from) => {
    fc.assert(
      fc.property(bodiesFor(from, model), (body) => {
        const request = DIALECTS[from].decodeRequest(body);
        const { body: sent, losses } = DIALECTS[model.id].encodeRequest(request, model.target);
        expect(model.problems(sent)).toEqual([]);
        expect(violationsOf(model.id, 'request', sent)).toEqual([]);
        expect(losses.filter((loss) => !LOSS.test(loss))).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe.each(DIALECT_IDS)('a client of %s', (from) => {
  it.each(UPSTREAM_DIALECT_IDS)('gives %s equal bytes for equal requests', (to) => {
    const target = { model: 'up', capabilities: {}, vendor: 'x' };
    fc.assert(
      fc.property(bodiesOf(from), (body) => {
        const copy = JSON.parse(JSON.stringify(body)) as JsonObject;
        const bytes = (value: JsonObject): string => {
          try {
            return stringifyJson(
              UPSTREAM_DIALECTS[to].encodeRequest(DIALECTS[from].decodeRequest(value), target).body,
            );
          } catch (error) {
            return String(error);
          }
        };
        expect(bytes(copy)).toBe(bytes(body));
      }),
      RUNS,
    );
  });
});

/** The limit on cache marks may leave a lone system block without its mark: that is its text, which comes back as one. */
function plainSystem(body: JsonObject): JsonObject {
  const [only, ...more] = list(body.system);
  const isPlain = only !== undefined && more.length === 0 && Object.keys(only).length === 2;
  return isPlain ? { ...body, system: only.text } : body;
}

describe.each(PAIRS)('a request of %s that went to %s', (from, to) => {
  it('is the same when it is told by that dialect again', () => {
    fc.assert(
      fc.property(bodiesOf(from), (body) => {
        const once = DIALECTS[to].encodeRequest(DIALECTS[from].decodeRequest(body), TARGETS[to]).body;
        // The Gemini API names its model in the path, and drops a prefill of nothing.
        const named = { ...once, model: 'm' };
        const twice = DIALECTS[to].encodeRequest(DIALECTS[to].decodeRequest(named), TARGETS[to]).body;
        expect(plainSystem(twice)).toEqual(plainSystem(once));
      }),
      RUNS,
    );
  });
});
