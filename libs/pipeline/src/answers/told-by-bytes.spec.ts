import { NOTHING_YET, type Answer } from './answer';
import { tellForm, ToldByBytes } from './told-by-bytes';

class Kept implements Answer {
  readonly progress = { ...NOTHING_YET, finished: true };
  private text = '';

  constructor(readonly live: boolean) {}

  push(chunk: Buffer): void {
    this.text += chunk.toString('utf8');
  }

  end(reason: string): void {
    this.text += `|${reason}`;
  }

  take(): string {
    return this.text;
  }
}

function run(asked: boolean, pieces: readonly string[]): { streamed: boolean | undefined; text: unknown } {
  let streamed: boolean | undefined;
  const answer = new ToldByBytes(asked, (told) => new Kept((streamed = told)));
  expect(answer.live).toBe(asked);
  expect(answer.progress.finished).toBe(false);
  for (const piece of pieces) answer.push(Buffer.from(piece));
  answer.end('complete');
  expect(answer.progress.finished).toBe(true);
  return { streamed, text: answer.take() };
}

it.each([
  ['{"a":1}', 'json'],
  ['\uFEFF\n [{}]', 'json'],
  ['data: {}', 'events'],
  ['data:{}', 'events'],
  [': comment\n\n', 'events'],
  ['\uFEFF\r\nevent: ping', 'events'],
  ['id: 1', 'events'],
  ['dat', undefined],
  ['<html>', undefined],
  ['', undefined],
] as const)('a body that begins with %j is %s', (head, form) => {
  expect(tellForm(Buffer.from(head))).toBe(form);
});

it.each([
  [true, ['{"a"', ':1}'], false],
  [true, ['\n', ' ', '{', '}'], false],
  [true, ['d', 'a', 'ta: x'], true],
  [false, ['eve', 'nt: x'], true],
  [false, ['<html>'], false],
  [true, ['<html>'], true],
  [true, ['nonsense'], true],
  [true, [], true],
  [false, ['x'], false],
  [true, [' '.repeat(5000), '{}'], true],
])('asked for a stream: %s, got %j', (asked, pieces, streamed) => {
  expect(run(asked, pieces)).toEqual({ streamed, text: `${pieces.join('')}|complete` });
});
