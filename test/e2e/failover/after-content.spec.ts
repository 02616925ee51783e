import { ask } from '../stage/ask';
import { someText } from '../stage/matchers';
import { readAnswer } from '../stage/read-answer';
import { readTrace } from '../stage/read-trace';
import type { Stage } from '../stage/stage';
import { mockOf } from '../stage/stage';
import { faultCases, openFailover } from './fault-cases';

const BROKEN = faultCases(['drop:mid', 'drop:end', 'eof:mid', 'error:mid', 'stall:mid'], 'cut', [true]);
const ALL = faultCases(['429', '500', '529', 'empty', 'drop:connect'], 'all', [false, true]);
const CALLERS = faultCases(['400', '422'], 'caller', [false]);
const TEXT = 'abcdefgh';

let stage: Stage;

beforeAll(async () => {
  stage = await openFailover([...BROKEN, ...ALL, ...CALLERS]);
}, 90_000);
afterAll(() => stage?.close(), 30_000);

describe('a stream that breaks after content ends in an error event and is never repeated', () => {
  it.each(BROKEN)(
    '$fault, $client client, $upstream provider',
    async ({ client, fault, slug }) => {
      const prompt = `[[mock: id=${slug} text=${TEXT} chunks=8 fault=${fault} on=a]]`;
      const answer = await ask(stage, { dialect: client, model: slug, prompt, stream: true });
      const read = readAnswer(client, true, answer.text);
      expect([answer.status, answer.failure, read.done]).toEqual([200, undefined, false]);
      expect(read.error).toMatchObject({
        message: someText,
        turnpike: { attempts: [{ provider: `a-${slug}` }] },
      });
      expect(read.text).not.toBe('');
      expect(TEXT.startsWith(read.text)).toBe(true);
      expect(mockOf(stage, 'b').journal.of(slug)).toEqual([]);
      const record = await readTrace(stage, String(answer.headers.get('x-turnpike-call-id')));
      expect(record.attempts).toHaveLength(1);
      // Nothing told the final usage before it broke.
      expect(record.attempts[0]?.state).toBe('estimated');
    },
    15_000,
  );
});

describe('when every target fails, the caller gets the last refusal in its own dialect', () => {
  it.each(ALL)(
    '$fault, $client client, $upstream providers, stream $stream',
    async ({ client, fault, slug, stream }) => {
      const prompt = `[[mock: id=${slug} fault=${fault} limit=seconds waitMs=5000]]`;
      const answer = await ask(stage, { dialect: client, model: slug, prompt, stream });
      const body = JSON.parse(answer.text) as {
        type?: string;
        error: { turnpike: { attempts: unknown[]; layer: string } };
      };
      expect(answer.status).toBeGreaterThanOrEqual(fault === '429' ? 429 : 500);
      expect(body.type).toBe(client === 'messages' ? 'error' : undefined);
      expect(body.error.turnpike.attempts).toHaveLength(2);
      expect(answer.headers.get('x-turnpike-attempts')).toBe('2');
      if (fault === '429') {
        expect(answer.status).toBe(429);
        expect(answer.headers.get('retry-after')).toMatch(/^[45]$/);
      }
      const record = await readTrace(stage, String(answer.headers.get('x-turnpike-call-id')));
      expect(record.attempts.map((attempt) => attempt.n)).toEqual([1, 2]);
      if (/^\d+$/.test(fault)) expect(record.costUsd).toBe('0');
    },
  );
});

describe("the caller's own mistake is answered at once and cools nothing", () => {
  it.each(CALLERS)('$fault, $client client, $upstream provider', async ({ client, fault, slug }) => {
    const answer = await ask(stage, {
      dialect: client,
      model: slug,
      prompt: `[[mock: id=${slug} fault=${fault} message="that is wrong"]]`,
    });
    expect(answer.status).toBe(Number(fault));
    expect(answer.text).toContain('that is wrong');
    expect(answer.headers.get('retry-after')).toBeNull();
    expect(mockOf(stage, 'b').journal.of(slug)).toEqual([]);
    const next = await ask(stage, { dialect: client, model: slug, prompt: '[[mock: text=fine]]' });
    expect([next.status, next.headers.get('x-turnpike-provider')]).toEqual([200, `a-${slug}`]);
  });
});
