import fc from 'fast-check';
import {
  unwrapSignature,
  WRAPPED_SIGNATURE_PREFIX,
  wrapSignature,
  type WrappedSignature,
} from './wrapped-signature';

const text = fc.string({ unit: 'binary' });
const optional = fc.option(text, { nil: undefined });
const signatures: fc.Arbitrary<WrappedSignature> = fc
  .record({
    vendor: text,
    kind: fc.constantFrom('thinking', 'redacted', 'reasoning', 'call', 'unsigned'),
    value: text,
    accountHash: optional,
    itemId: optional,
    callId: optional,
  })
  .map(
    (s) =>
      Object.fromEntries(Object.entries(s).filter(([, v]) => v !== undefined)) as unknown as WrappedSignature,
  );

describe('wrapped signatures', () => {
  it('come back as they were, whatever they hold', () => {
    fc.assert(
      fc.property(signatures, (signature) => {
        const wrapped = wrapSignature(signature);
        expect(wrapped.startsWith(WRAPPED_SIGNATURE_PREFIX)).toBe(true);
        expect(wrapped.length % 4).toBe(0);
        expect(wrapped).toMatch(/^[A-Za-z0-9+/]+=*$/);
        expect(unwrapSignature(wrapped)).toEqual(signature);
      }),
    );
  });

  it.each([
    ['a vendor signature', 'EqQBCkYIAhgCKkDl'],
    ['an empty string', ''],
    ['the prefix alone', WRAPPED_SIGNATURE_PREFIX],
    ['broken members', Buffer.from('gw1:{"v":1}').toString('base64')],
    ['an unknown kind', Buffer.from('gw1:{"v":"a","t":"x","s":""}').toString('base64')],
  ])('%s is not one of ours', (_, value) => {
    expect(unwrapSignature(value)).toBeUndefined();
  });
});
