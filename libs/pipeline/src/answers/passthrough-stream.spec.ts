import fc from 'fast-check';
import { DIALECTS, TAP, type StreamTap } from '@turnpike/dialects';
import { PassthroughStream } from './passthrough-stream';

const DONE = 'data: [DONE]\n\n';

/** Says of each event what its text says. */
class WordTap implements StreamTap {
  usage = undefined;
  stop: StreamTap['stop'];
  error: StreamTap['error'];
  textBytes = 0;
  model = undefined;

  inspect(bytes: Buffer, start: number, end: number): number {
    const text = bytes.toString('utf8', start, end);
    if (text.includes('throw')) throw new Error('cannot read this');
    if (text.includes('error')) this.error = { message: 'no' };
    if (text.includes('finish')) this.stop = 'end';
    return (
      (text.includes('text') ? TAP.CONTENT : 0) |
      (text.includes('finish') ? TAP.FINISH : 0) |
      (text.includes('usage') ? TAP.USAGE_ONLY : 0) |
      (text.includes('error') ? TAP.ERROR : 0) |
      (text.includes('[DONE]') ? TAP.TERMINAL : 0)
    );
  }
}

interface Passed {
  readonly out: string;
  readonly answer: PassthroughStream;
  readonly failures: number;
}

function pass(pieces: readonly string[], hideUsage = false, reason: 'complete' | 'cut' = 'complete'): Passed {
  let failures = 0;
  const answer = new PassthroughStream(new WordTap(), { hideUsage, streamEnd: DONE }, () => failures++);
  let out = '';
  for (const piece of pieces) {
    answer.push(Buffer.from(piece));
    out += answer.take()?.toString() ?? '';
  }
  answer.end(reason);
  return { out: out + (answer.take()?.toString() ?? ''), answer, failures };
}

describe('PassthroughStream', () => {
  it.each<[string, string, string]>([
    ['a whole stream', `data: text\n\ndata: finish\n\n${DONE}`, `data: text\n\ndata: finish\n\n${DONE}`],
    ['no last event', 'data: text\n\ndata: finish\n\n', `data: text\n\ndata: finish\n\n${DONE}`],
    ['no last blank line', 'data: text\n\ndata: finish', `data: text\n\ndata: finish\n\n${DONE}`],
    ['a last event without blank line', 'data: finish\n\ndata: [DONE]', 'data: finish\n\ndata: [DONE]'],
    ['no finish', 'data: text\n\n', 'data: text\n\n'],
    ['no finish but its last event', `data: text\n\n${DONE}`, 'data: text\n\n'],
    ['an error behind the finish', 'data: finish\n\ndata: error\n\n', 'data: finish\n\n'],
  ])('ends %s as its clients want it', (_, sent, expected) => expect(pass([sent]).out).toBe(expected));

  it('reads usage behind a byte order mark, which goes on', () => {
    const usage = '"usage":{"prompt_tokens":20,"completion_tokens":9}';
    const sent = `\uFEFFdata: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}],${usage}}\n\n${DONE}`;
    const tap = DIALECTS['openai-chat'].createTap();
    const answer = new PassthroughStream(tap, { hideUsage: false, streamEnd: DONE }, () => undefined);
    answer.push(Buffer.from(sent));
    answer.end('complete');
    expect(answer.take()?.toString()).toBe(sent);
    expect(answer.progress).toMatchObject({ finished: true, usage: { input: 20, output: 9 } });
  });

  it('ends a stream that was cut behind its finish', () => {
    expect(pass(['data: finish\n\ndata: hal'], false, 'cut').out).toBe(`data: finish\n\n${DONE}`);
  });

  it('takes the last event for the finish where a provider gives no other', () => {
    const options = { hideUsage: false, streamEnd: DONE, endsWithoutReason: true };
    const answer = new PassthroughStream(new WordTap(), options, () => undefined);
    answer.push(Buffer.from(`data: text\n\n${DONE}`));
    answer.end('complete');
    expect(answer.take()?.toString()).toBe(`data: text\n\n${DONE}`);
    expect(answer.finished).toBe(true);
  });

  it('hides the usage that nobody asked for', () => {
    expect(pass([`data: finish\n\ndata: usage\n\n${DONE}`], true).out).toBe(`data: finish\n\n${DONE}`);
  });

  it('lets a stream live whose tap has failed', () => {
    const { out, answer, failures } = pass([`data: throw\n\ndata: text\n\n${DONE}`]);
    expect(out).toBe(`data: throw\n\ndata: text\n\n${DONE}`);
    expect(answer).toMatchObject({ finished: true, content: true });
    expect(failures).toBe(1);
    expect(pass(['data: throw\n\n'], false, 'cut').answer.finished).toBe(false);
  });

  it('loses no byte, however the bytes are cut', () => {
    const words = fc.constantFrom('text', 'pling', 'finish', 'x'.repeat(50));
    fc.assert(
      fc.property(
        fc.array(words),
        fc.array(fc.nat(300)),
        fc.constantFrom('\n', '\r\n', '\r'),
        (said, cuts, end) => {
          const sent = [...said, 'finish', '[DONE]'].map((word) => `data: ${word}${end}${end}`).join('');
          const borders = [0, ...cuts.filter((cut) => cut < sent.length).sort((a, b) => a - b), sent.length];
          expect(pass(borders.slice(1).map((to, i) => sent.slice(borders[i], to))).out).toBe(sent);
        },
      ),
    );
  });
});
