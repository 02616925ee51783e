import fc from 'fast-check';
import type { ChatResponse } from '../canonical/response';
import type { StreamEvent } from './events';
import { someAnswer, someStream } from './fixtures/random-answers';
import { createFold, foldStream } from './fold';
import { checkGrammar } from './grammar';
import { unfoldResponse } from './unfold';

describe('foldStream', () => {
  it('gives an answer back that was told as a stream', () => {
    fc.assert(
      fc.property(someAnswer, (answer) => expect(foldStream(unfoldResponse(answer))).toEqual(answer)),
    );
  });

  it('does not depend on how the text came', () => {
    fc.assert(
      fc.property(someStream, (events) => {
        expect(checkGrammar(events)).toEqual([]);
        expect(foldStream(unfoldResponse(foldStream(events)))).toEqual(foldStream(events));
      }),
    );
  });

  it('keeps blocks that interleave apart', () => {
    const call = (block: number, id: string): StreamEvent => ({
      kind: 'block-start',
      block,
      content: { kind: 'call', id, name: 'f', tool: 'function' },
    });
    const args = (block: number, text: string): StreamEvent => ({
      kind: 'block-delta',
      block,
      delta: { kind: 'arguments', text },
    });
    const events: StreamEvent[] = [
      { kind: 'start' },
      call(0, 'a'),
      call(1, 'b'),
      args(0, '{"x":'),
      args(1, '{"y":'),
      args(0, '1}'),
      args(1, '2}'),
      { kind: 'block-end', block: 0 },
      { kind: 'block-end', block: 1 },
      { kind: 'finish', stop: 'tool' },
    ];
    expect(foldStream(events).parts).toMatchObject([{ args: '{"x":1}' }, { args: '{"y":2}' }]);
  });
});

describe('createFold', () => {
  it('takes usage field by field, the last report counts', () => {
    const fold = createFold();
    fold.push({ kind: 'start', model: 'm' });
    fold.push({ kind: 'usage', usage: { input: 10, cacheRead: 5, output: 1 } });
    fold.push({ kind: 'usage', usage: { output: 7, cacheRead: undefined } });
    expect(fold.meter.usage).toMatchObject({ input: 10, cacheRead: 5, output: 7 });
    expect(fold.meter.model).toBe('m');
  });

  it.each<[StreamEvent, boolean]>([
    [{ kind: 'block-start', block: 0, content: { kind: 'text' } }, false],
    [{ kind: 'block-delta', block: 0, delta: { kind: 'text', text: '' } }, false],
    [{ kind: 'block-delta', block: 0, delta: { kind: 'text', text: ' ' } }, true],
    [{ kind: 'block-delta', block: 0, delta: { kind: 'reasoning', text: 'x' } }, true],
    [{ kind: 'block-delta', block: 0, delta: { kind: 'refusal', text: 'x' } }, true],
    [
      { kind: 'block-delta', block: 0, delta: { kind: 'signature', signature: { vendor: 'a', value: 'b' } } },
      false,
    ],
    [
      { kind: 'block-start', block: 0, content: { kind: 'call', id: 'a', name: 'f', tool: 'function' } },
      true,
    ],
    [
      { kind: 'block-start', block: 0, content: { kind: 'call', id: 'a', name: '', tool: 'function' } },
      false,
    ],
    [{ kind: 'block-start', block: 0, content: { kind: 'media', mimeType: 'image/png', data: 'x' } }, true],
    [{ kind: 'usage', usage: { output: 3 } }, false],
  ])('meters %j as content: %s', (event, content) => {
    const fold = createFold();
    fold.push(event);
    expect(fold.meter.content).toBe(content);
  });

  it('counts bytes of text, reasoning and arguments', () => {
    const answer: ChatResponse = {
      parts: [
        { kind: 'reasoning', text: 'é' },
        { kind: 'text', text: 'abc' },
        { kind: 'call', id: 'a', name: 'f', args: '{"a":1}', tool: 'function' },
      ],
      stop: 'tool',
    };
    const fold = createFold();
    for (const event of unfoldResponse(answer)) fold.push(event);
    expect(fold.meter.textBytes).toBe(2 + 3 + 7);
    expect(fold.meter.stop).toBe('tool');
  });

  it('tells how a broken stream ended', () => {
    const fold = createFold();
    fold.push({ kind: 'error', error: { message: 'm' } });
    fold.push({ kind: 'interrupted', reason: 'cut' });
    expect([fold.meter.error, fold.meter.interrupted, fold.response().stop]).toEqual([
      { message: 'm' },
      'cut',
      'error',
    ]);
  });
});

describe('unfoldResponse', () => {
  it('tells an answer that ended in an error as one', () => {
    expect(unfoldResponse({ parts: [], stop: 'error' }).at(-1)?.kind).toBe('error');
  });
});
