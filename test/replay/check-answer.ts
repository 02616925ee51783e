import type { CallEntry } from '@turnpike/billing';
import { inputTotal, type DialectId } from '@turnpike/protocol';
import { readChatStream } from '../../libs/dialects/src/answer/fixtures/read-chat-stream';
import { readMessagesStream } from '../../libs/dialects/src/answer/fixtures/read-messages-stream';
import type { ClientReader } from '../../libs/dialects/src/answer/fixtures/client-reading';
import { readGeminiStream } from '../../libs/dialects/src/gemini-generate/fixtures/read-gemini-stream';
import { readResponsesStream } from '../../libs/dialects/src/openai-responses/fixtures/read-responses-stream';
import type { Answered } from './ask-gateway';
import { checkRefusal, turnpikeOf } from './check-refusal';
import { compareHeard, compareTokens } from './compare-heard';
import { HEARERS, hearWhole, type Heard, type Tokens } from './heard';
import type { ServedAnswer } from './served-answer';
import { validateAnswer, validateEvents, withoutInherited } from './validate-answer';
import { parseText, readEvents, type PlainEvent } from './wire-text';

/** One exchange that was run. */
export interface Run {
  readonly dialect: string;
  readonly served: ServedAnswer;
  readonly heard: Heard;
  readonly client: DialectId;
  readonly stream: boolean;
  readonly answered: Answered;
  readonly entry: CallEntry | undefined;
}

const READERS: Readonly<Record<DialectId, ClientReader>> = {
  'openai-chat': (events) => readChatStream(events, true),
  'openai-responses': readResponsesStream,
  'anthropic-messages': readMessagesStream,
  'gemini-generate': readGeminiStream,
};

/** A reader takes what an official client would; what is no JSON, none would. Of several choices it can follow none. */
function read(client: DialectId, events: readonly PlainEvent[], choices: number): ReturnType<ClientReader> {
  const isDone = ({ data }: PlainEvent): boolean => data.trim() === '[DONE]';
  const isRead = (event: PlainEvent): boolean => isDone(event) || parseText(event.data) !== undefined;
  // Chat's last event: clients of other wires, whose servers stand behind a Chat proxy at times, read over it.
  const isTold = (event: PlainEvent): boolean =>
    isRead(event) && (client === 'openai-chat' || !isDone(event));
  const reading = READERS[client](events.filter(isTold));
  if (choices > 1) reading.problems.length = 0;
  if (!events.every(isRead)) reading.problems.push('an event that is no JSON');
  return reading;
}

/** Free text, and what a model wrote that is no JSON, goes on as it is: there is nothing else to make of it. */
function withoutRecorded(problems: readonly string[], { calls }: Heard): string[] {
  const written = calls.filter(({ args }) => parseText(args) === undefined).map(({ args }) => args);
  return problems.filter(
    (problem) => !written.some((args) => problem === `arguments that do not parse: ${args}`),
  );
}

/** An answer that broke off, says that it failed, or is none: the client hears of a failure and of no end. */
function checkFailure(run: Run): string[] {
  const { answered, stream, client, heard } = run;
  if (answered.status !== 200) return checkRefusal(run);
  if (!stream) return ['a broken answer became a whole one'];
  const events = readEvents(answered.body.toString('utf8'));
  const { done, error, problems } = read(client, events, heard.choices);
  const ends = [
    ...(done ? ['a broken stream ends like a whole one'] : []),
    ...(error === undefined ? ['a broken stream has no error event'] : []),
  ];
  // What nobody can read may be read by somebody: bytes go on, and the end that they have.
  if (isPassthrough(run)) return heard.end === 'unreadable' ? [] : ends;
  // A call that broke off has arguments that are no JSON, and that is what happened.
  const grammar = problems.filter((problem) => !problem.startsWith('arguments that do not parse'));
  return [...ends, ...grammar, ...validateEvents(client, events)];
}

/** Same dialect and same form on both sides: what the provider sent is none of our making. */
const isPassthrough = ({ dialect, client, served, stream, answered }: Run): boolean =>
  dialect === client && served.streamed === stream && answered.lane !== 'translate';

/** Same dialect on both sides, same form: bytes go on as they came, but for the last event that a server left out. */
function checkPassthrough({ served, answered, stream }: Run): string[] {
  if (!stream) return served.body.equals(answered.body) ? [] : ['the provider’s bytes were changed'];
  const sent = readEvents(served.body.toString('utf8'));
  const got = readEvents(answered.body.toString('utf8'));
  const kept = sent.every(({ event, data }, i) => got[i]?.data === data && got[i]?.event === event);
  return kept && got.length <= sent.length + 1 ? [] : ['the provider’s events were changed'];
}

function checkWhole(run: Run): string[] {
  const { answered, client, heard } = run;
  const text = answered.body.toString('utf8');
  const got = hearWhole(client, text);
  if (got.end !== 'complete') return [`the whole answer reads as ${got.end}`];
  return [...compareHeard(heard, got, client), ...validateAnswer(client, 'answer', parseText(text))];
}

function checkTranslated(run: Run): string[] {
  const problems = run.stream ? checkStream(run) : checkWhole(run);
  return run.dialect === run.client ? withoutInherited(problems, run.client, run.served) : problems;
}

function checkStream({ answered, client, heard }: Run): string[] {
  const events = readEvents(answered.body.toString('utf8'));
  const { problems, done, error } = read(client, events, heard.choices);
  const got = HEARERS[client]?.stream(events) ?? hearWhole(client, '');
  const ended = done || error !== undefined ? [] : ['the stream has no end'];
  const found = [...withoutRecorded(problems, heard), ...ended, ...validateEvents(client, events)];
  const said = got.end === 'complete' ? compareHeard(heard, got, client) : [`the stream reads as ${got.end}`];
  return [...new Set(found), ...said];
}

/** A normal end that says nothing and cost nothing is a failure by our own rules. */
const saysNothing = ({ text, refusal, reasoning, calls, others, stop, tokens }: Heard): boolean =>
  text + refusal + reasoning === '' &&
  calls.length + others === 0 &&
  (stop === 'end' || stop === 'other') &&
  (tokens?.output ?? 0) === 0;

/** What the ledger booked against what the recording reported. */
function checkEntry({ heard, entry }: Run): string[] {
  if (!entry) return ['the call was not booked'];
  const usage = entry.attempts.at(-1)?.usage;
  if (heard.tokens === undefined) return [];
  const booked: Tokens | undefined = usage && {
    input: inputTotal(usage),
    cacheRead: usage.cacheRead,
    cacheWrite: usage.cacheWrite5m + usage.cacheWrite1h + usage.cacheWriteUnknownTtl,
    output: usage.output,
    reasoning: usage.reasoning,
  };
  return compareTokens(heard.tokens, booked, []).map((problem) => `ledger: ${problem}`);
}

/** Everything that is wrong with what a client got. */
export function checkAnswer(run: Run): string[] {
  const { served, heard, answered } = run;
  if (served.status >= 300) return checkRefusal(run);
  if (heard.end === 'pending' && isPassthrough(run)) return checkPassthrough(run);
  if (heard.end !== 'complete') return checkFailure(run);
  if (answered.status !== 200) {
    const { reason } = turnpikeOf(answered) ?? {};
    if (saysNothing(heard)) return checkRefusal(run);
    return [`status ${served.status} became ${answered.status} (${String(reason)})`];
  }
  return [...(isPassthrough(run) ? checkPassthrough(run) : checkTranslated(run)), ...checkEntry(run)];
}
