import { isObject, type JsonObject } from '@turnpike/kernel';
import { areWholeArguments, objectsOf, textOf } from '../../answer';
import type { AnswerReading } from '../../dialect';
import { argumentText } from '../response/read-items';
import { readStreamError } from '../response/read-stream-error';
import { readStatus, settleStatus } from '../response/responses-stop';
import { readResponsesUsage } from '../usage';
import { tallyItem } from './tally-item';

const isWholeCall = (item: JsonObject): boolean =>
  tallyItem(item).call && (item.type === 'custom_tool_call' || areWholeArguments(argumentText(item)));

/** Accepted for work in the background: the client asks for the rest later, so that this much is an answer. */
const isPending = ({ background, status }: JsonObject): boolean =>
  background === true && (status === 'queued' || status === 'in_progress');

/** What a whole response says about itself. @throws SyntaxError when the body is not JSON. */
export function readResponsesAnswer(body: Buffer): AnswerReading {
  const value: unknown = JSON.parse(body.toString('utf8'));
  if (!isObject(value)) return { content: false, textBytes: 0 };
  const items = objectsOf(value.output);
  const tallies = items.map(tallyItem);
  const bare = items.length === 0 ? (textOf(value.output_text) ?? '') : '';
  const answered = Array.isArray(value.output) || bare !== '';
  const stop = answered ? (isPending(value) ? 'pause' : readStatus(value)) : undefined;
  const failed = Boolean(value.error) || value.type === 'error' || stop === 'error';
  const usage = readResponsesUsage(value.usage);
  const model = textOf(value.model);
  const wholeCalls = items.filter(isWholeCall).length;
  const refusal = tallies.some((tally) => tally.refusal);
  return {
    content: bare !== '' || tallies.some((tally) => tally.content),
    textBytes: tallies.reduce((sum, tally) => sum + tally.textBytes, Buffer.byteLength(bare)),
    ...(usage && { usage }),
    ...(stop && { stop: settleStatus(stop, { wholeCalls, refusal }) }),
    ...(failed && {
      error: readStreamError(value.type === 'error' || value.error ? value : { response: value }),
    }),
    ...(model !== undefined && { model }),
  };
}
