import type { Part } from '../canonical/content';
import { isWrapped, readProof, settleCallProofs } from './signature-proof';
import { WRAPPED_SIGNATURE_PREFIX, wrapSignature } from './wrapped-signature';

const google = (value: string) => ({ vendor: 'google', value });
const call = (id: string, more: Partial<Part> = {}): Part =>
  ({ kind: 'call', id, name: 'f', args: '{}', tool: 'function', ...more }) as Part;
const proof = (forCall: string, value = 's'): Part => ({
  kind: 'reasoning',
  signature: google(value),
  forCall,
});

describe('readProof', () => {
  it.each([
    ['nothing', undefined, {}],
    ['an empty value', '', {}],
    ['the native vendor’s value', 'abc', { signature: { vendor: 'anthropic', value: 'abc' } }],
    ['the mark of unsigned text', wrapSignature({ vendor: 'none', kind: 'unsigned', value: '' }), {}],
    [
      'another vendor’s value',
      wrapSignature({ vendor: 'openai', kind: 'reasoning', value: 'enc', itemId: 'rs_1' }),
      { signature: { vendor: 'openai', value: 'enc' }, itemId: 'rs_1' },
    ],
    [
      'encrypted thinking',
      wrapSignature({ vendor: 'anthropic', kind: 'redacted', value: 'd' }),
      { redacted: 'd' },
    ],
    [
      'a call’s',
      wrapSignature({ vendor: 'google', kind: 'call', value: 's', callId: 'c1' }),
      { signature: google('s'), forCall: 'c1' },
    ],
    [
      'a call’s without its id',
      wrapSignature({ vendor: 'google', kind: 'call', value: 's' }),
      { signature: google('s'), forCall: '' },
    ],
    ['one of ours that was cut', WRAPPED_SIGNATURE_PREFIX + 'Imdv', {}],
  ])('reads %s', (_, value, expected) => expect(readProof(value, 'anthropic')).toEqual(expected));

  it('gives a bare value to nobody where the dialect has no vendor', () => {
    expect(readProof('abc', undefined)).toEqual({});
  });

  it('knows its own values', () => {
    expect(isWrapped(wrapSignature({ vendor: 'a', kind: 'call', value: '' }))).toBe(true);
    expect([isWrapped('EqQB'), isWrapped(1), isWrapped(undefined)]).toEqual([false, false, false]);
  });
});

describe('settleCallProofs', () => {
  it.each<[string, Part[], Part[]]>([
    ['no proof', [call('a')], [call('a')]],
    ['one before its call', [proof('a'), call('a')], [call('a', { signature: google('s') })]],
    ['one behind its call', [call('a'), proof('a')], [call('a', { signature: google('s') })]],
    [
      'one of the second call',
      [proof('b'), call('a'), call('b')],
      [call('a'), call('b', { signature: google('s') })],
    ],
    [
      'one without an id',
      [call('a'), proof(''), call('b')],
      [call('a'), call('b', { signature: google('s') })],
    ],
    ['one of no call', [proof('x'), call('a')], [call('a')]],
    [
      'one of a call that is signed',
      [proof('a'), call('a', { signature: google('own') })],
      [call('a', { signature: google('own') })],
    ],
  ])('settles %s', (_, parts, expected) => expect(settleCallProofs(parts)).toEqual(expected));

  it('does not copy what holds no proof', () => {
    const parts = [call('a')];
    expect(settleCallProofs(parts)).toBe(parts);
  });

  it('is linear', () => {
    const parts = Array.from({ length: 60_000 }, (_, i) =>
      i % 2 === 0 ? proof(`c${i}`) : call(`c${i - 1}`),
    );
    const began = performance.now();
    expect(settleCallProofs(parts)).toHaveLength(30_000);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
