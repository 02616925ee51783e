import { Evidence } from './evidence';

describe('Evidence', () => {
  it('keeps the beginning, and no more than it has to', () => {
    const evidence = new Evidence();
    expect(evidence.text()).toBeUndefined();
    for (const letter of ['a', 'b', 'c']) {
      expect(evidence.full).toBe(letter === 'c');
      evidence.keep(Buffer.alloc(40 * 1024, letter));
    }
    expect(evidence.text()).toBe('a'.repeat(40 * 1024) + 'b'.repeat(24 * 1024));
    evidence.drop();
    expect(evidence.text()).toBeUndefined();
  });
});
