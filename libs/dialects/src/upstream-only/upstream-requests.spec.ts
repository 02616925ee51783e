import { GatewayError, isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import { DIALECT_IDS, wrapSignature, type Capabilities, type DialectId } from '@turnpike/protocol';
import { converseProblems } from '@turnpike/testing/requests/strict-converse-server';
import { cohereProblems } from '@turnpike/testing/requests/strict-cohere-server';
import { ollamaProblems } from '@turnpike/testing/requests/strict-ollama-server';
import fc from 'fast-check';
import type { EncodedRequest, EncodeTarget } from '../dialect';
import { bodiesOf } from '../pairs/fixtures/requests';
import { DIALECTS, UPSTREAM_DIALECTS } from '../registry';

type WireId = 'bedrock-converse' | 'cohere-chat' | 'ollama-chat';

interface Wire {
  readonly vendor: string;
  readonly problems: (body: JsonObject) => string[];
  readonly targets: Readonly<Record<string, Capabilities>>;
}

const WIRES: Readonly<Record<WireId, Wire>> = {
  'bedrock-converse': {
    vendor: 'bedrock',
    problems: converseProblems,
    targets: {
      unknown: {},
      'newest Claude': {
        requestFields: 'anthropic',
        thinking: 'adaptive',
        noSampling: true,
        maxOutputTokens: 64_000,
      },
      'Claude with budgets': {
        requestFields: 'anthropic',
        thinking: 'budget',
        structuredOutput: 'none',
        maxOutputTokens: 8_192,
        longCache: false,
      },
      nova: { requestFields: 'nova', thinking: 'effort', structuredOutput: 'none' },
      small: {
        systemRole: 'none',
        toolChoice: false,
        images: false,
        documents: false,
        cacheMarks: false,
        structuredOutput: 'none',
      },
    },
  },
  'cohere-chat': {
    vendor: 'cohere',
    problems: cohereProblems,
    targets: {
      unknown: {},
      'no choice of tools': { toolChoice: false, thinking: 'none', images: false },
      'no system role': { systemRole: 'none', structuredOutput: 'json', maxOutputTokens: 4_096 },
    },
  },
  'ollama-chat': {
    vendor: 'ollama',
    problems: ollamaProblems,
    targets: {
      unknown: {},
      words: { thinking: 'effort', contextWindow: 131_072, echoReasoning: true },
      blind: { images: false, thinking: 'none', structuredOutput: 'none', singleSystem: true },
    },
  },
};

const RUNS = { numRuns: 100 };
const CASES = (Object.keys(WIRES) as WireId[]).flatMap((wire) =>
  DIALECT_IDS.map((client) => [client, wire] as const),
);
const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

const encode = (
  client: DialectId,
  wire: WireId,
  body: JsonObject,
  capabilities: Capabilities = {},
): EncodedRequest => {
  const target: EncodeTarget = { model: 'up', capabilities, vendor: WIRES[wire].vendor };
  return UPSTREAM_DIALECTS[wire].encodeRequest(DIALECTS[client].decodeRequest(body), target);
};

/** undefined: the model cannot take what the request holds, and the client is told so. */
function encodeOrRefuse(...asked: Parameters<typeof encode>): EncodedRequest | undefined {
  try {
    return encode(...asked);
  } catch (error) {
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({ reason: 'unsupported_content' });
    return undefined;
  }
}

function toolNames(wire: WireId, body: JsonObject): string[] {
  const config = isObject(body.toolConfig) ? body.toolConfig.tools : body.tools;
  return list(config).flatMap((tool) => {
    const definition = wire === 'bedrock-converse' ? tool.toolSpec : tool.function;
    return isObject(definition) ? [String(definition.name)] : [];
  });
}

describe.each(CASES)('bodies of %s clients for %s', (client, wire) => {
  it.each(Object.entries(WIRES[wire].targets))('are accepted by a strict server (%s)', (_, capabilities) => {
    fc.assert(
      fc.property(bodiesOf(client), (body) => {
        const encoded = encodeOrRefuse(client, wire, body, capabilities);
        fc.pre(encoded !== undefined);
        expect(WIRES[wire].problems(encoded.body)).toEqual([]);
        expect(encoded.losses.every((loss) => /^[a-z_]+(?::[\w.:-]+)+$/.test(loss))).toBe(true);
      }),
      RUNS,
    );
  });

  it('are the same bytes for equal requests', () => {
    fc.assert(
      fc.property(bodiesOf(client), (body) => {
        const copy = JSON.parse(JSON.stringify(body)) as JsonObject;
        expect(stringifyJson(encode(client, wire, copy).body)).toBe(
          stringifyJson(encode(client, wire, body).body),
        );
      }),
      RUNS,
    );
  });

  it('hold tools whose names come back', () => {
    fc.assert(
      fc.property(bodiesOf(client), (body) => {
        const request = DIALECTS[client].decodeRequest(body);
        const asked = request.tools.map((tool) => `${tool.namespace ?? ''} ${tool.name}`);
        const called = request.turns.flatMap((turn) =>
          turn.parts.flatMap((part) =>
            part.kind === 'call' ? [`${part.namespace ?? ''} ${part.name}`] : [],
          ),
        );
        const { body: sent, restoration } = encode(client, wire, body);
        for (const name of toolNames(wire, sent)) {
          const own = restoration.tools?.get(name);
          expect([...asked, ...called]).toContain(`${own?.namespace ?? ''} ${own?.name ?? name}`);
        }
      }),
      RUNS,
    );
  });

  it('hold nobody’s signatures', () => {
    fc.assert(
      fc.property(bodiesOf(client), (body) => {
        expect(stringifyJson(encode(client, wire, body).body)).not.toMatch(
          /sig_\d|signature|redactedContent|Z3cxOn/,
        );
      }),
      RUNS,
    );
  });
});

describe('thinking of its own', () => {
  const signed = { vendor: 'bedrock', value: 'own_1' };
  const body = (content: JsonObject[]): JsonObject => ({
    model: 'm',
    max_tokens: 9,
    messages: [
      { role: 'user', content: 'q' },
      { role: 'assistant', content },
      { role: 'user', content: 'on' },
    ],
  });
  const block = (value: string, vendor = 'bedrock'): JsonObject => ({
    type: 'thinking',
    thinking: 'hm',
    signature: wrapSignature({ vendor, kind: 'thinking', value }),
  });

  it('goes back to the vendor that signed it, and to no other', () => {
    const say = { type: 'text', text: 'a' };
    const [, answer] = list(
      encode('anthropic-messages', 'bedrock-converse', body([block(signed.value), block('s', 'openai'), say]))
        .body.messages,
    );
    expect(answer?.content).toEqual([
      { reasoningContent: { reasoningText: { text: 'hm', signature: 'own_1' } } },
      { text: 'a' },
    ]);
  });
});
