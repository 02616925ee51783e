import { isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import type { Capabilities } from '@turnpike/protocol';
import fc from 'fast-check';
import { decodeMessagesRequest, encodeMessagesRequest } from '../anthropic-messages/request';
import { decodeChatRequest, encodeChatRequest } from '../openai-chat/request';
import { chatBodies, messagesBodies } from '@turnpike/testing/requests/random-bodies';
import { chatProblems } from '@turnpike/testing/requests/strict-chat-server';
import { messagesProblems } from '@turnpike/testing/requests/strict-messages-server';

const RUNS = { numRuns: 150 };
const list = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

const nameOf = (tool: JsonObject): string =>
  isObject(tool.function) && typeof tool.function.name === 'string' ? tool.function.name : '';

const CHAT: Record<string, Capabilities> = {
  unknown: {},
  'one system message': { singleSystem: true, maxTokensField: 'max_tokens', structuredOutput: 'none' },
  'no system role': { systemRole: 'none', structuredOutput: 'json' },
  reasoning: { noSampling: true, stopLimit: 0, efforts: ['low', 'high'], systemRole: 'developer' },
  minimal: { minimalFields: true },
};
const MESSAGES: Record<string, Capabilities> = {
  unknown: {},
  newest: {
    thinking: 'adaptive',
    noSampling: true,
    prefill: false,
    midSystem: true,
    maxOutputTokens: 128_000,
  },
  budgets: {
    thinking: 'budget',
    prefill: true,
    midSystem: false,
    maxOutputTokens: 8_192,
    structuredOutput: 'none',
  },
  'no thinking': { thinking: 'none', maxOutputTokens: 4_096, temperatureOrTopP: true },
};

const clients = {
  'openai-chat': { bodies: chatBodies, decode: decodeChatRequest },
  'anthropic-messages': { bodies: messagesBodies, decode: decodeMessagesRequest },
};

describe.each(Object.entries(clients))('bodies of %s clients', (_, { bodies, decode }) => {
  it.each(Object.entries(CHAT))('are accepted by a strict Chat server (%s)', (_name, capabilities) => {
    fc.assert(
      fc.property(bodies, (body) => {
        const encoded = encodeChatRequest(decode(body), { model: 'up', capabilities, vendor: 'openai' });
        expect(chatProblems(encoded.body)).toEqual([]);
        expect(encoded.losses.every((loss) => /^[a-z_]+(?::[\w.:-]+)+$/.test(loss))).toBe(true);
      }),
      RUNS,
    );
  });

  it.each(Object.entries(MESSAGES))(
    'are accepted by a strict Messages server (%s)',
    (_name, capabilities) => {
      fc.assert(
        fc.property(bodies, (body) => {
          const encoded = encodeMessagesRequest(decode(body), {
            model: 'up',
            capabilities,
            vendor: 'anthropic',
          });
          expect(messagesProblems(encoded.body)).toEqual([]);
          expect(encoded.losses.every((loss) => /^[a-z_]+(?::[\w.:-]+)+$/.test(loss))).toBe(true);
        }),
        RUNS,
      );
    },
  );

  it('give the same bytes for equal requests', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const copy = JSON.parse(JSON.stringify(body)) as JsonObject;
        for (const encode of [encodeChatRequest, encodeMessagesRequest]) {
          const target = { model: 'up', capabilities: {}, vendor: 'x' };
          expect(stringifyJson(encode(decode(copy), target).body)).toBe(
            stringifyJson(encode(decode(body), target).body),
          );
        }
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

describe('what comes back', () => {
  it('is the same request after a round trip through its own dialect, from the second time on', () => {
    const target = { model: 'm', capabilities: {}, vendor: 'anthropic' };
    fc.assert(
      fc.property(messagesBodies, (body) => {
        const once = encodeMessagesRequest(decodeMessagesRequest(body), target).body;
        const twice = encodeMessagesRequest(decodeMessagesRequest(once), target).body;
        expect(plainSystem(twice)).toEqual(plainSystem(once));
      }),
      RUNS,
    );
    fc.assert(
      fc.property(chatBodies, (body) => {
        const once = encodeChatRequest(decodeChatRequest(body), target).body;
        expect(encodeChatRequest(decodeChatRequest(once), target).body).toEqual(once);
      }),
      RUNS,
    );
  });

  it('restores every changed tool name', () => {
    fc.assert(
      fc.property(chatBodies, (body) => {
        const { body: sent, restoration } = encodeChatRequest(decodeChatRequest(body), {
          model: 'm',
          capabilities: {},
          vendor: 'x',
        });
        const asked = new Set(list(body.tools).map(nameOf));
        const restored = list(sent.tools).map((tool) => {
          const wire = nameOf(tool);
          return restoration.tools?.get(wire)?.name ?? wire;
        });
        expect(new Set(restored)).toEqual(asked);
      }),
      RUNS,
    );
  });
});
