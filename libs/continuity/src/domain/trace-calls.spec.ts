import { unfoldResponse, type Part, type StreamEvent } from '@turnpike/protocol';
import { someStream } from '@turnpike/protocol/stream/fixtures/random-answers';
import fc from 'fast-check';
import { CallTrace, type TracedCall } from './trace-calls';

const signature = (value: string) => ({ vendor: 'v', value });
const call = (id: string, more: object = {}): Part => ({
  kind: 'call',
  id,
  name: `tool_${id}`,
  args: '{"a":1}',
  tool: 'function',
  ...more,
});
const thought = (text: string, proof?: string): Part => ({
  kind: 'reasoning',
  text,
  ...(proof === undefined ? {} : { signature: signature(proof) }),
});

function trace(events: readonly StreamEvent[]): TracedCall[] {
  const traced = new CallTrace();
  for (const event of events) traced.note(event);
  return traced.calls();
}

const traceParts = (...parts: Part[]): TracedCall[] => trace(unfoldResponse({ parts, stop: 'tool' }));

describe('CallTrace', () => {
  it('knows what opened the answer from what came later', () => {
    expect(
      traceParts(
        thought('first', 's1'),
        { kind: 'reasoning', redacted: 'r' },
        { kind: 'text', text: 'well' },
        thought('second'),
        call('a'),
        call('b', { signature: signature('s2') }),
        thought('third', 's3'),
        call('c'),
        thought('lost'),
      ),
    ).toEqual([
      {
        id: 'a',
        name: 'tool_a',
        opening: [thought('first', 's1'), { kind: 'reasoning', redacted: 'r' }],
        reasoning: [thought('second')],
      },
      { id: 'b', name: 'tool_b', opening: [], reasoning: [], signature: signature('s2') },
      { id: 'c', name: 'tool_c', opening: [], reasoning: [thought('third', 's3')] },
    ]);
  });

  it('knows a signature that has no text', () => {
    const bare: Part = { kind: 'reasoning', signature: signature('s'), itemId: 'rs_1' };
    expect(traceParts(bare, call('a'))).toEqual([
      { id: 'a', name: 'tool_a', opening: [bare], reasoning: [] },
    ]);
  });

  it('has nothing to say of an answer without calls', () => {
    expect(traceParts(thought('x', 's'), { kind: 'text', text: 'y' })).toEqual([]);
  });

  it('names every call of any stream, in the order of their beginnings', () => {
    fc.assert(
      fc.property(someStream, (events) => {
        const begun = events.flatMap((event) =>
          event.kind === 'block-start' && event.content.kind === 'call' ? [event.content.id] : [],
        );
        expect(trace(events).map(({ id }) => id)).toEqual(begun);
      }),
    );
  });
});
