import fc from 'fast-check';
import { CHAT_CALL_IDS, legalCallId, legaliseCallIds, MESSAGES_CALL_IDS, MISTRAL_CALL_IDS } from './call-ids';

describe('legalCallId', () => {
  it.each([
    ['chat', CHAT_CALL_IDS, 'functions.x:0', 'functions.x:0'],
    ['messages', MESSAGES_CALL_IDS, 'toolu_01AbC', 'toolu_01AbC'],
    ['mistral', MISTRAL_CALL_IDS, 'abcDEF123', 'abcDEF123'],
  ])('%s keeps a legal id', (_, rule, id, expected) => {
    expect(legalCallId(id, rule)).toBe(expected);
  });

  it.each([
    ['chat', CHAT_CALL_IDS],
    ['messages', MESSAGES_CALL_IDS],
    ['mistral', MISTRAL_CALL_IDS],
  ])('%s makes any id legal, always the same way', (_, rule) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (id) => {
        expect(legalCallId(id, rule)).toMatch(rule.legal);
        expect(legalCallId(id, rule)).toBe(legalCallId(id, rule));
      }),
    );
  });

  it('changes a call and its result alike', () => {
    const [assistant, user] = legaliseCallIds(
      [
        { role: 'assistant', parts: [{ kind: 'call', id: 'a:b', name: 'f', args: '{}', tool: 'function' }] },
        { role: 'user', parts: [{ kind: 'result', callId: 'a:b', parts: [] }] },
      ],
      MESSAGES_CALL_IDS,
    );
    const [call] = assistant?.parts ?? [];
    const [result] = user?.parts ?? [];
    expect(call).toMatchObject({ id: expect.stringMatching(/^call_[0-9a-f]{24}$/) as string });
    expect(result).toMatchObject({ callId: call?.kind === 'call' ? call.id : '' });
  });
});
