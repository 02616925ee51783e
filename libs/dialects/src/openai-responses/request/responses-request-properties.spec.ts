import { stringifyJson, type JsonObject } from '@turnpike/kernel';
import type { Capabilities, ChatRequest } from '@turnpike/protocol';
import { chatBodies, messagesBodies } from '@turnpike/testing/requests/random-bodies';
import { responsesBodies } from '@turnpike/testing/requests/random-responses-bodies';
import { chatProblems } from '@turnpike/testing/requests/strict-chat-server';
import { messagesProblems } from '@turnpike/testing/requests/strict-messages-server';
import { responsesProblems } from '@turnpike/testing/requests/strict-responses-server';
import fc from 'fast-check';
import { decodeMessagesRequest, encodeMessagesRequest } from '../../anthropic-messages/request';
import { decodeChatRequest, encodeChatRequest } from '../../openai-chat/request';
import { decodeResponsesRequest, encodeResponsesRequest } from '.';

const RUNS = { numRuns: 150 };
const LOSS = /^[a-z_]+(?::[\w.:-]+)+$/;

const CAPABILITIES: Record<string, Capabilities> = {
  unknown: {},
  reasoning: { noSampling: true, efforts: ['low', 'high'], maxOutputTokens: 8_192 },
  'no reasoning': { thinking: 'none', structuredOutput: 'none', customTools: false },
  'no system role': { systemRole: 'none', structuredOutput: 'json', images: true },
  minimal: { minimalFields: true },
};

const CLIENTS: Record<string, [fc.Arbitrary<JsonObject>, (body: JsonObject) => ChatRequest]> = {
  chat: [chatBodies, decodeChatRequest],
  messages: [messagesBodies, decodeMessagesRequest],
  responses: [responsesBodies({ namespaces: false }), decodeResponsesRequest],
};

describe.each(Object.entries(CLIENTS))('bodies of %s clients', (_, [bodies, decode]) => {
  it.each(Object.entries(CAPABILITIES))(
    'are accepted by a strict Responses server (%s)',
    (_name, capabilities) => {
      fc.assert(
        fc.property(bodies, (body) => {
          const encoded = encodeResponsesRequest(decode(body), {
            model: 'up',
            capabilities,
            vendor: 'openai',
          });
          expect(responsesProblems(encoded.body)).toEqual([]);
          expect(encoded.losses.every((loss) => LOSS.test(loss))).toBe(true);
        }),
        RUNS,
      );
    },
  );

  it('give the same bytes for equal requests', () => {
    const target = { model: 'up', capabilities: {}, vendor: 'x' };
    fc.assert(
      fc.property(bodies, (body) => {
        const copy = JSON.parse(JSON.stringify(body)) as JsonObject;
        expect(stringifyJson(encodeResponsesRequest(decode(copy), target).body)).toBe(
          stringifyJson(encodeResponsesRequest(decode(body), target).body),
        );
      }),
      RUNS,
    );
  });
});

describe('bodies of Responses clients', () => {
  const bodies = responsesBodies({ namespaces: true });

  it('are accepted by a strict Chat server', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const target = { model: 'up', capabilities: {}, vendor: 'openai' };
        expect(chatProblems(encodeChatRequest(decodeResponsesRequest(body), target).body)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('are accepted by a strict Messages server', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const target = { model: 'up', capabilities: {}, vendor: 'anthropic' };
        expect(messagesProblems(encodeMessagesRequest(decodeResponsesRequest(body), target).body)).toEqual(
          [],
        );
      }),
      RUNS,
    );
  });

  it('are the same request after a round trip through their own dialect, from the second time on', () => {
    const target = { model: 'm', capabilities: {}, vendor: 'openai' };
    fc.assert(
      fc.property(bodies, (body) => {
        const once = encodeResponsesRequest(decodeResponsesRequest(body), target).body;
        expect(encodeResponsesRequest(decodeResponsesRequest(once), target).body).toEqual(once);
      }),
      RUNS,
    );
  });
});
