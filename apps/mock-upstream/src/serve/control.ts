import type { Json } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import type { LimitBook } from '../limits/limit-book';
import { readLimits } from '../limits/read-limits';
import { readRules, type ScriptBook } from '../script/script-book';
import { ScriptError } from '../script/read-plan';
import type { Journal } from './journal';

export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

function setScript(body: Json | undefined, book: ScriptBook): ControlAnswer {
  try {
    const rules = readRules(isObject(body) && body.rules !== undefined ? body.rules : body);
    book.setRules(rules);
    return { status: 200, body: { rules: rules.length } };
  } catch (error) {
    if (error instanceof ScriptError) return { status: 400, body: { error: error.message } };
    throw error;
  }
}

function setLimits(body: Json | undefined, limits: LimitBook): ControlAnswer {
  try {
    const pools = readLimits(isObject(body) && body.limits !== undefined ? body.limits : body);
    limits.setPools(pools, Date.now());
    return { status: 200, body: { limits: pools.length } };
  } catch (error) {
    if (error instanceof ScriptError) return { status: 400, body: { error: error.message } };
    throw error;
  }
}

const shownPools = ({ pools }: LimitBook): ControlAnswer => ({
  status: 200,
  body: {
    pools: pools.map(({ name, admitted, refused, inFlight }) => ({ name, admitted, refused, inFlight })),
  },
});

/** The control endpoint: sets rules and limits, shows and clears the journal. Undefined for any other path. */
export function control(
  method: string,
  path: string,
  body: Json | undefined,
  state: { readonly book: ScriptBook; readonly journal: Journal; readonly limits: LimitBook },
): ControlAnswer | undefined {
  const verb = `${method} ${path}`;
  if (verb === 'POST /__mock/script') return setScript(body, state.book);
  if (verb === 'DELETE /__mock/script') return setScript([], state.book);
  if (verb === 'POST /__mock/limits') return setLimits(body, state.limits);
  if (verb === 'DELETE /__mock/limits') return setLimits([], state.limits);
  if (verb === 'GET /__mock/limits') return shownPools(state.limits);
  if (verb === 'GET /__mock/journal') return { status: 200, body: { entries: state.journal.entries } };
  if (verb === 'DELETE /__mock/journal') {
    state.journal.clear();
    return { status: 200, body: { entries: [] } };
  }
  return path.startsWith('/__mock/')
    ? { status: 404, body: { error: `no such control path: ${verb}` } }
    : undefined;
}
