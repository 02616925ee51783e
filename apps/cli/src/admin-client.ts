import path from 'node:path';
import { isObject, type Json, type JsonObject } from '@turnpike/kernel';
import { readStandaloneKeys } from '../../admin/src/bootstrap/standalone-key-file';
import type { World } from './world';

export type AdminCall = (method: 'GET' | 'POST', resource: string, body?: JsonObject) => Promise<JsonObject>;

const TIMEOUT_MS = 15_000;

/**
 * Calls the control plane of TURNPIKE_ADMIN_URL with TURNPIKE_API_KEY; next to a standalone its data directory has a
 * key. @throws Error in one sentence when there is no key, no answer, or a refusal.
 */
export async function openAdminClient({ env, cwd }: World): Promise<AdminCall> {
  const base = (env['TURNPIKE_ADMIN_URL'] ?? 'http://127.0.0.1:4001').replace(/\/+$/, '');
  const key =
    env['TURNPIKE_API_KEY'] ??
    (await keyOfDataDirectory(path.resolve(cwd, env['TURNPIKE_DATA_DIR'] ?? '.turnpike')));
  return async (method, resource, body) => {
    const response = await fetchOrExplain(`${base}/api/v1/${resource}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : undefined,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = readJson(await response.text());
    if (response.ok && isObject(answer)) return answer;
    const detail =
      isObject(answer) && typeof answer['detail'] === 'string' ? answer['detail'] : 'It gave no reason.';
    throw new Error(`The control plane refused with ${response.status}: ${detail}`);
  };
}

async function keyOfDataDirectory(dataDir: string): Promise<string> {
  const keys = await readStandaloneKeys(dataDir);
  if (keys) return keys.adminKey;
  throw new Error(
    `No key: set TURNPIKE_API_KEY, or TURNPIKE_DATA_DIR to the data directory of a standalone (not ${dataDir}).`,
  );
}

async function fetchOrExplain(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const cause = isObject(error) && isObject(error['cause']) ? error['cause'] : {};
    const why = typeof cause['code'] === 'string' ? cause['code'] : 'no answer';
    throw new Error(
      `The control plane at ${new URL(url).origin} cannot be reached (${why}). Is TURNPIKE_ADMIN_URL right?`,
      { cause: error },
    );
  }
}

function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
