import { isObject, parseJson, type JsonObject } from '@turnpike/kernel';

/** Objects of one stream event: one, or several in a list; undefined when it is no JSON of that kind. */
export function parseChunks(data: string): JsonObject[] | undefined {
  try {
    // Arguments hold the caller's numbers, which must keep every digit.
    const value: unknown = data.includes('"args"') ? parseJson(data) : JSON.parse(data);
    if (Array.isArray(value)) return value.every(isObject) ? value : undefined;
    return isObject(value) ? [value] : undefined;
  } catch {
    return undefined;
  }
}
