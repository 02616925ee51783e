import { GatewayError, isObject, type Json, type JsonObject } from '@turnpike/kernel';
import type { ChatRequest, LossLog } from '@turnpike/protocol';
import type { EncodeTarget } from '../dialect';
import { AUTOMATIC_MARK } from './automatic-mark';
import { SEARCH_OPTIONS } from './web-search';

/** What the encoder of one dialect needs to know of a client of another. */
interface Foreign {
  readonly request: ChatRequest;
  readonly target: EncodeTarget;
  readonly losses: LossLog;
}

/** The word on which the vendor's SDK sends the conversation whole instead. */
const THREAD_REFUSED = 'thread_unsupported_request';

/** Not lost here: what becomes of a search is told with the tools, and where prompts are not cached nobody misses it. */
const SETTLED: ReadonlySet<string> = new Set([SEARCH_OPTIONS, AUTOMATIC_MARK, 'prompt_cache_options']);

/** Values that ask for nothing: leaving them out loses nothing. */
const isNeutral = (value: Json | undefined): boolean =>
  value === undefined || value === null || value === false || value === 0;

function refuse(what: string, param: string, { target }: Foreign): never {
  const message = `${what} is not supported by the model ${target.model}.`;
  throw new GatewayError('unsupported_content', message, { param });
}

/** A thread is stored by its vendor alone: dropping it would lose the history, so the client is told to send it whole. */
function refuseThread({ target }: Foreign): never {
  throw new GatewayError(
    'unsupported_content',
    `thread is not supported by the model ${target.model}: send the whole conversation instead.`,
    {
      param: 'thread',
      vendorCode: THREAD_REFUSED,
      vendorDetails: { error_code: THREAD_REFUSED, unsupported: ['thread'] },
    },
  );
}

/** Members that one dialect groups in an object of their own. */
function flat({ generationConfig, ...members }: JsonObject): JsonObject {
  if (!isObject(generationConfig)) return members;
  const { responseModalities, ...config } = generationConfig;
  const others = Array.isArray(responseModalities) ? responseModalities.filter((one) => one !== 'TEXT') : [];
  return { ...members, ...config, ...(others.length > 0 ? { responseModalities } : {}) };
}

const holds = (list: Json | undefined, word: string): boolean => Array.isArray(list) && list.includes(word);

const wantsAudio = ({ modalities, audio, generationConfig: config }: JsonObject): boolean =>
  holds(modalities, 'audio') ||
  isObject(audio) ||
  (isObject(config) && holds(config.responseModalities, 'AUDIO'));

/** Members of turns that only the client's dialect knows; a role is told by the turn itself. */
function dropTurnMembers({ request, losses }: Foreign): void {
  for (const { native } of request.turns)
    for (const name of native ? Object.keys(native) : []) if (name !== 'role') losses.dropped(name);
}

export interface ForeignMembers {
  /** Members by the names that losses have, of which the target knows none. */
  readonly unknown: Readonly<Record<string, Json | undefined>>;
  /** Answers that the target gives to one request at most; absent: as many as are asked for. */
  readonly choices?: number;
}

/**
 * What a client of another dialect can ask for and the target cannot give.
 * @throws GatewayError unsupported_content where the answer would be another; everything else is dropped with a loss.
 */
export function dropForeignMembers({ unknown, choices = Infinity }: ForeignMembers, foreign: Foreign): void {
  const { request, losses } = foreign;
  const { native } = request;
  if (!isNeutral(native.thread)) refuseThread(foreign);
  if ((request.choices ?? 1) > choices)
    refuse(`More than ${choices === 1 ? 'one choice' : `${choices} choices`} per request (n)`, 'n', foreign);
  if (wantsAudio(native)) refuse('Audio output', 'modalities', foreign);
  for (const [name, value] of Object.entries({ ...unknown, ...flat(native) }))
    if (!isNeutral(value) && !SETTLED.has(name)) losses.dropped(name);
  dropTurnMembers(foreign);
}
