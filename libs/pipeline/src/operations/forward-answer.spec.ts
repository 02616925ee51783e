import type { OperationId } from '@turnpike/provider';
import { forwardAnswer } from './forward-answer';
import { cleanType, ForwardedBytes, ForwardedJson, ForwardedStream, ForwardedText } from './forward-answers';

describe('forwardAnswer', () => {
  it.each<[OperationId, string, new (...args: never[]) => object]>([
    ['embeddings', 'application/json', ForwardedJson],
    ['embeddings', '', ForwardedJson],
    ['embeddings', 'text/html', ForwardedJson],
    ['image-generations', 'text/event-stream; charset=utf-8', ForwardedStream],
    ['speech', 'audio/mpeg', ForwardedBytes],
    ['speech', 'application/octet-stream', ForwardedBytes],
    ['speech', '', ForwardedBytes],
    ['speech', 'text/html', ForwardedJson],
    ['speech', 'application/json', ForwardedJson],
    ['speech', 'text/event-stream', ForwardedStream],
    ['transcriptions', 'text/plain; charset=utf-8', ForwardedText],
    ['transcriptions', 'text/vtt', ForwardedText],
    ['translations', 'application/x-subrip', ForwardedText],
    ['transcriptions', 'text/html', ForwardedJson],
    ['transcriptions', 'application/json', ForwardedJson],
  ])('%s of type "%s"', (operation, contentType, kind) => {
    expect(forwardAnswer({ operation }, contentType)).toBeInstanceOf(kind);
  });

  it.each([
    ['audio/mpeg', 'audio/mpeg'],
    ['text/plain; charset=utf-8', 'text/plain; charset=utf-8'],
    ['multipart/x; a="b c"', 'multipart/x; a="b c"'],
    ['', 'application/octet-stream'],
    ['audio/mpeg\r\nx: y', 'application/octet-stream'],
    ['audio', 'application/octet-stream'],
  ])('writes the type %j as %s', (given, written) => {
    expect(cleanType(given)).toBe(written);
  });
});

describe('ForwardedBytes', () => {
  it('are finished only at a clean end, and only when there were any', () => {
    const sound = new ForwardedBytes('audio/mpeg');
    sound.push(Buffer.from('a'));
    sound.push(Buffer.from('b'));
    expect([sound.content, sound.finished, String(sound.take())]).toEqual([true, false, 'ab']);
    expect(sound.take()).toBeUndefined();
    sound.end('complete');
    expect(sound.finished).toBe(true);
    const cut = new ForwardedBytes('audio/mpeg');
    cut.push(Buffer.from('a'));
    cut.end('cut');
    expect(cut.finished).toBe(false);
    const silent = new ForwardedBytes('audio/mpeg');
    silent.end('complete');
    expect(silent.finished).toBe(false);
  });
});

describe('ForwardedJson', () => {
  it.each<[string, string, boolean]>([
    ['an answer', '{"data":[]}', true],
    ['no JSON', '<html>', false],
    ['an error', '{"error":{"message":"m"}}', false],
    ['something else', '{"message":"m"}', false],
  ])('knows %s', (_, body, finished) => {
    const answer = new ForwardedJson({});
    answer.push(Buffer.from(body.slice(0, 3)));
    answer.push(Buffer.from(body.slice(3)));
    answer.end('complete');
    expect(answer.progress.finished).toBe(finished);
    expect(answer.take() !== undefined).toBe(finished);
  });

  it('says nothing of a body that was cut', () => {
    const answer = new ForwardedJson({});
    answer.push(Buffer.from('{"data":[]}'));
    answer.end('cut');
    expect([answer.progress.finished, answer.take()]).toEqual([false, undefined]);
  });
});
