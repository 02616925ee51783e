import { ask } from '../stage/ask';
import { someText } from '../stage/matchers';
import { readAnswer } from '../stage/read-answer';
import { readTrace } from '../stage/read-trace';
import type { Stage } from '../stage/stage';
import { mockOf } from '../stage/stage';
import { faultCases, openFailover } from './fault-cases';

const FAULTS = ['429', '500', '503', '529', 'empty', 'error-in-200', 'drop:connect', 'drop:headers'];
/** Status in the ledger: what the provider answered, null when it was nothing. */
const STATUS: Readonly<Record<string, number | null>> = {
  empty: 200,
  'error-in-200': 200,
  'drop:connect': null,
};
const CASES = [
  ...faultCases(FAULTS, 'first', [false, true]),
  ...faultCases(['drop:start', 'eof:start', 'error:start', 'eof:headers'], 'early', [true]),
];

let stage: Stage;

beforeAll(async () => {
  stage = await openFailover(CASES);
}, 90_000);
afterAll(() => stage?.close(), 30_000);

describe('the first target fails before any content: the caller sees one clean answer of the second', () => {
  it.each(CASES)(
    '$fault, $client client, $upstream providers, stream $stream',
    async ({ client, fault, slug, stream }) => {
      const prompt = `[[mock: id=${slug} text="the answer of ${slug}" chunks=6 tokens=6 in=20 fault=${fault} on=a limit=seconds waitMs=1000]]`;
      const answer = await ask(stage, { dialect: client, model: slug, prompt, stream });
      expect([answer.status, answer.failure]).toEqual([200, undefined]);
      expect(readAnswer(client, stream, answer.text)).toMatchObject({
        text: `the answer of ${slug}`,
        done: true,
        error: undefined,
      });
      expect(answer.headers.get('x-turnpike-attempts')).toBe('2');
      expect(answer.headers.get('x-turnpike-provider')).toBe(`b-${slug}`);
      expect(mockOf(stage, 'a').journal.of(slug)).toHaveLength(1);
      expect(mockOf(stage, 'b').journal.of(slug)).toHaveLength(1);

      const record = await readTrace(stage, String(answer.headers.get('x-turnpike-call-id')));
      expect(record.attempts.map((attempt) => attempt.provider)).toEqual([`a-${slug}`, `b-${slug}`]);
      const [first, second] = record.attempts;
      const status = fault in STATUS ? STATUS[fault] : /^\d+$/.test(fault) ? Number(fault) : first?.status;
      expect(first).toMatchObject({ n: 1, status, reason: someText });
      expect(second).toMatchObject({
        n: 2,
        status: 200,
        state: 'measured',
        tokens: { input: 20, output: 6 },
      });
    },
  );
});
