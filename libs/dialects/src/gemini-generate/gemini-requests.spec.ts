import { isObject, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import type { Capabilities } from '@turnpike/protocol';
import { chatBodies, messagesBodies } from '@turnpike/testing/requests/random-bodies';
import { geminiBodies } from '@turnpike/testing/requests/random-gemini-bodies';
import { chatProblems } from '@turnpike/testing/requests/strict-chat-server';
import { geminiProblems, type GeminiRules } from '@turnpike/testing/requests/strict-gemini-server';
import { messagesProblems } from '@turnpike/testing/requests/strict-messages-server';
import fc from 'fast-check';
import { decodeMessagesRequest, encodeMessagesRequest } from '../anthropic-messages/request';
import { decodeChatRequest, encodeChatRequest } from '../openai-chat/request';
import { decodeGeminiRequest, encodeGeminiRequest } from './request';

const RUNS = { numRuns: 150 };
const NEWEST: GeminiRules = { signedCalls: true, jsonSchema: true, levels: true, resultMedia: true };
const OLDER: GeminiRules = { signedCalls: false, jsonSchema: false, levels: false, resultMedia: false };

const MODELS: Record<string, readonly [Capabilities, GeminiRules]> = {
  newest: [{ thinking: 'effort' }, NEWEST],
  budgets: [
    {
      thinking: 'budget',
      signedCalls: false,
      thinkingBudgetMin: 128,
      thinkingOff: false,
      resultMedia: false,
      jsonWithTools: false,
    },
    { ...OLDER, jsonSchema: true },
  ],
  oldest: [
    {
      thinking: 'none',
      signedCalls: false,
      jsonSchema: false,
      resultMedia: false,
      images: false,
      maxOutputTokens: 8_192,
    },
    OLDER,
  ],
};

const CLIENTS = {
  chat: { bodies: chatBodies, decode: decodeChatRequest },
  messages: { bodies: messagesBodies, decode: decodeMessagesRequest },
};

const textOnly = (body: JsonObject): boolean => !stringifyJson(body).includes('image');
const LOSS = /^[a-z_]+(?::[\w.:-]+)+$/;

describe.each(Object.entries(CLIENTS))('bodies of %s clients', (_, { bodies, decode }) => {
  it.each(Object.entries(MODELS))(
    'are accepted by a strict generateContent server (%s)',
    (_name, [capabilities, rules]) => {
      const sendable = capabilities.images === false ? bodies.filter(textOnly) : bodies;
      fc.assert(
        fc.property(sendable, (body) => {
          const encoded = encodeGeminiRequest(decode(body), { model: 'up', capabilities, vendor: 'google' });
          expect(geminiProblems(encoded.body, rules)).toEqual([]);
          expect(encoded.losses.every((loss) => LOSS.test(loss))).toBe(true);
        }),
        RUNS,
      );
    },
  );
});

describe('bodies of generateContent clients', () => {
  const target = { model: 'up', capabilities: {}, vendor: 'google' };

  it('are accepted by a strict server of their own dialect', () => {
    fc.assert(
      fc.property(geminiBodies, (body) => {
        const encoded = encodeGeminiRequest(decodeGeminiRequest(body), {
          ...target,
          capabilities: { thinking: 'effort' },
        });
        expect(geminiProblems(encoded.body, NEWEST)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('are accepted by a strict Chat server', () => {
    fc.assert(
      fc.property(geminiBodies, (body) => {
        const encoded = encodeChatRequest(decodeGeminiRequest(body), { ...target, vendor: 'openai' });
        expect(chatProblems(encoded.body)).toEqual([]);
        expect(encoded.losses.every((loss) => LOSS.test(loss))).toBe(true);
      }),
      RUNS,
    );
  });

  it('are accepted by a strict Messages server', () => {
    fc.assert(
      fc.property(geminiBodies, (body) => {
        const encoded = encodeMessagesRequest(decodeGeminiRequest(body), { ...target, vendor: 'anthropic' });
        expect(messagesProblems(encoded.body)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('give the same bytes for equal requests, in all dialects', () => {
    fc.assert(
      fc.property(geminiBodies, (body) => {
        const copy = JSON.parse(JSON.stringify(body)) as JsonObject;
        for (const encode of [encodeChatRequest, encodeMessagesRequest, encodeGeminiRequest])
          expect(stringifyJson(encode(decodeGeminiRequest(copy), target).body)).toBe(
            stringifyJson(encode(decodeGeminiRequest(body), target).body),
          );
      }),
      RUNS,
    );
  });

  it('are the same after a round trip through their own dialect, from the second time on', () => {
    fc.assert(
      fc.property(geminiBodies, (body) => {
        const once = encodeGeminiRequest(decodeGeminiRequest(body), target).body;
        const again = encodeGeminiRequest(decodeGeminiRequest({ ...once, model: 'm' }), target).body;
        expect(again).toEqual(once);
      }),
      RUNS,
    );
  });

  it('say every result once, behind its call, whatever ids the client gave', () => {
    const list = (value: Json | undefined): JsonObject[] =>
      Array.isArray(value) ? value.filter(isObject) : [];
    fc.assert(
      fc.property(geminiBodies, (body) => {
        const { body: sent } = encodeMessagesRequest(decodeGeminiRequest(body), {
          ...target,
          vendor: 'anthropic',
        });
        const blocks = list(sent.messages).flatMap((message) => list(message.content));
        const calls = blocks.filter((block) => block.type === 'tool_use').map((block) => block.id);
        const results = blocks
          .filter((block) => block.type === 'tool_result')
          .map((block) => block.tool_use_id);
        expect(results).toEqual(calls);
      }),
      RUNS,
    );
  });
});
