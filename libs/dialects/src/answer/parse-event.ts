import { isObject, parseJson, type JsonObject } from '@turnpike/kernel';
import type { StreamEvent } from '@turnpike/protocol';

/** Arguments as an object hold the caller's numbers, which must keep every digit. */
const OBJECT_ARGUMENTS = /"(?:arguments|input)"\s*:\s*[{[]/;
const holdsObjectArguments = (data: string): boolean =>
  (data.includes('"arguments"') || data.includes('"input"')) && OBJECT_ARGUMENTS.test(data);

/** The data of one stream event; undefined when it is no JSON object. */
export function parseEventData(data: string): JsonObject | undefined {
  try {
    const value: unknown = holdsObjectArguments(data) ? parseJson(data) : JSON.parse(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** An event that cannot be read is never skipped: what it said would be missing from the answer. */
export const malformedEvent = (what: string): StreamEvent => ({
  kind: 'error',
  error: { message: `The provider sent ${what}.`, type: 'api_error', code: 'malformed_event' },
});
