import type { AnswerUsage } from '../answer/answer';
import { replyBody, type Exchange } from '../serve/exchange';
import type { JournalEntry } from '../serve/journal';
import type { WireService } from '../wire/wire-service';
import type { LimitBook } from './limit-book';
import type { LimitPool } from './limit-pool';
import { poolHeaders, waitHeaders } from './pool-headers';
import { refusalError } from './refusal-error';

/** What vendors answer without counting it. */
const FREE = new Set(['count-tokens', 'token']);
/** Those for whom tokens out of a cache are none. */
const FREE_CACHE = new Set<LimitPool['voice']>(['anthropic', 'groq']);

/** A quarter of the characters, unless the script knows what will be read. */
function estimateTokens(service: WireService, { wire, plan }: Exchange): number {
  const characters = service.promptCharacters?.(wire) ?? service.prompts(wire).join('').length;
  return plan.in ?? Math.max(1, Math.ceil(characters / 4));
}

function tokensOf(usage: AnswerUsage, voice: LimitPool['voice']): number {
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = usage;
  return input + cacheWrite5m + cacheWrite1h + output + (FREE_CACHE.has(voice) ? 0 : cacheRead);
}

/** Refused requests cost no tokens; of an answer without usage the estimate stands. */
function leavePools(pools: readonly LimitPool[], entry: JournalEntry, estimate: number): void {
  for (const pool of pools) {
    const { usage, status = 0 } = entry;
    const used = status >= 400 ? 0 : usage ? tokensOf(usage, pool.voice) : estimate;
    pool.leave(used - estimate, Date.now());
    if (entry.admission?.pool === pool.name) entry.admission.usedTokens = used;
  }
}

function refuse(exchange: Exchange, pool: LimitPool, refusal: Parameters<typeof refusalError>[1]): void {
  const { dialect, entry } = exchange;
  const error = refusalError(pool, refusal, entry.model ?? 'unknown');
  const headers = {
    ...poolHeaders(pool, Date.now()),
    ...waitHeaders(pool, refusal),
    ...dialect.errorHeaders?.(error),
  };
  replyBody(exchange, error.status, JSON.stringify(dialect.errorBody(error)), headers);
}

/** The exchange with what its answer has to tell of the limits; undefined: they did not let it through, and it was told. */
export function passLimits(book: LimitBook, service: WireService, exchange: Exchange): Exchange | undefined {
  const { entry, plan, response, wire } = exchange;
  if (book.pools.length === 0 || FREE.has(wire.operation)) return exchange;
  const estimatedTokens = estimateTokens(service, exchange);
  const atMs = Date.now();
  const verdict = book.admit(wire.credential, estimatedTokens, atMs);
  if (verdict.kind === 'refused') {
    const { pool, refusal } = verdict;
    const { inFlight, name } = pool;
    entry.admission = {
      atMs,
      pool: name,
      admitted: false,
      refusedBy: refusal.kind,
      estimatedTokens,
      inFlight,
    };
    refuse(exchange, pool, refusal);
    return undefined;
  }
  const [first] = verdict.pools;
  if (!first) return exchange;
  entry.admission = { atMs, pool: first.name, admitted: true, estimatedTokens, inFlight: first.inFlight };
  response.once('close', () => leavePools(verdict.pools, entry, estimatedTokens));
  const told = Object.assign({}, ...verdict.pools.map((pool) => poolHeaders(pool, atMs))) as Record<
    string,
    string
  >;
  return { ...exchange, plan: { ...plan, headers: { ...told, ...plan.headers } } };
}
