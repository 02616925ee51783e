import { AnswerSeal } from './answer-seal';

const seal = new AnswerSeal('0123456789abcdef0123456789abcdef');

describe('AnswerSeal', () => {
  it.each(['', '{"key":"secret"}', 'ä✓'.repeat(1000)])('opens what it sealed', (text) => {
    const sealed = seal.seal(text, 'place');
    expect(seal.open(sealed, 'place')).toBe(text);
    expect(seal.seal(text, 'place')).not.toEqual(sealed);
    if (text) expect(Buffer.from(sealed).toString('latin1')).not.toContain(text);
  });

  it('opens nothing that was moved, changed, cut or sealed under another pepper', () => {
    const sealed = seal.seal('{"key":"secret"}', 'place');
    const changed = Uint8Array.from(sealed, (byte, i) => (i === 15 ? byte ^ 1 : byte));
    expect(() => seal.open(sealed, 'elsewhere')).toThrow();
    expect(() => seal.open(changed, 'place')).toThrow();
    expect(() => seal.open(sealed.subarray(0, -1), 'place')).toThrow();
    expect(() => seal.open(new Uint8Array(0), 'place')).toThrow();
    expect(() => new AnswerSeal('another pepper').open(sealed, 'place')).toThrow();
  });
});
