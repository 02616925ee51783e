import fc from 'fast-check';
import { entityTag, nextVersion, readIfMatch, requireMatch } from './entity-tag';

describe('readIfMatch', () => {
  it.each([
    ['*', '*'],
    [' * ', '*'],
    ['"a"', ['"a"']],
    ['"a", "b"', ['"a"', '"b"']],
    ['W/"a"', ['W/"a"']],
    ['""', ['""']],
  ])('reads %j', (header, tags) => {
    expect(readIfMatch(header)).toEqual(tags);
  });

  it.each(['', 'a', '"a', '"a",', '"a" "b"', '*, "a"', "'a'"])('refuses %j', (header) => {
    expect(() => readIfMatch(header)).toThrow('If-Match takes quoted ETags or *.');
  });

  it('demands the header', () => {
    expect(() => readIfMatch(undefined)).toThrow('needs the header If-Match');
  });
});

it('gives every version of a resource a tag of its own, however the clock behaves', () => {
  const clock = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(clock, (times) => {
      let version = new Date(1_000);
      const tags = [entityTag(1_000)];
      for (const nowMs of times) {
        version = nextVersion(version, nowMs);
        tags.push(entityTag(version.getTime()));
      }
      expect(new Set(tags).size).toBe(tags.length);
      expect(() => requireMatch([tags.at(-1) ?? ''], version)).not.toThrow();
      expect(() => requireMatch(tags.slice(0, -1), version)).toThrow('has changed since you read it');
    }),
  );
});
