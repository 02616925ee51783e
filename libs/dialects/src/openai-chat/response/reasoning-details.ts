import type { Json, JsonObject } from '@turnpike/kernel';
import type { Signature } from '@turnpike/protocol';
import { objectsOf, textOf } from '../../answer';

/** Formats of `reasoning_details` that say whose proof a detail holds. */
export const ANTHROPIC_FORMAT = 'anthropic-claude-v1';
export const OPENAI_FORMAT = 'openai-responses-v1';

/** Members that come in pieces. */
const GROWING = ['text', 'summary'] as const;

/** How a signature begins that is a list of details. */
const LIST = 'reasoning_details:';

/** The words of a detail; undefined where it has none. */
const wordsOf = (detail: JsonObject): string | undefined => textOf(detail.text) ?? textOf(detail.summary);

/** A fragment over what came before it: words grow, everything else is told anew. */
function grow(detail: JsonObject, fragment: JsonObject): void {
  for (const [name, value] of Object.entries(fragment)) {
    if (value === null || value === undefined) continue;
    const words = GROWING.some((member) => member === name) && typeof value === 'string';
    detail[name] = words ? (textOf(detail[name]) ?? '') + value : value;
  }
}

/** True: the fragment goes on with this detail. Servers number them, or tell the next one by its kind. */
function continues(detail: JsonObject, fragment: JsonObject): boolean {
  if (detail.type !== fragment.type || detail.index !== fragment.index) return false;
  return (
    fragment.id === undefined || fragment.id === null || detail.id === undefined || detail.id === fragment.id
  );
}

/**
 * Gathers the `reasoning_details` of one answer. A server that sends them wants them back unmodified: they travel to
 * clients of other dialects as that server's signature, without the words that are shown beside it.
 */
export class DetailGatherer {
  private details: JsonObject[] = [];

  constructor(private readonly vendor: string) {}

  get waiting(): boolean {
    return this.details.length > 0;
  }

  push(message: JsonObject): void {
    if (!message.reasoning_details) return;
    for (const fragment of objectsOf(message.reasoning_details)) {
      const last = this.details.findLast((detail) => continues(detail, fragment));
      if (last && fragment.type !== 'reasoning.encrypted') grow(last, fragment);
      else {
        const detail: JsonObject = {};
        grow(detail, fragment);
        this.details.push(detail);
      }
    }
  }

  /** What has come since the last time, as proof of reasoning that said `text`; undefined: nothing has. */
  take(text: string): Signature | undefined {
    const { details } = this;
    if (details.length === 0) return undefined;
    this.details = [];
    return { vendor: this.vendor, value: LIST + JSON.stringify(withoutWords(details, text)) };
  }
}

/** The words of the one detail that repeats what is shown are left out. */
function withoutWords(details: readonly JsonObject[], text: string): JsonObject[] {
  const spoken = details.filter((detail) => wordsOf(detail) !== undefined);
  if (spoken.length !== 1) return [...details];
  return details.map((detail) => {
    const member = GROWING.find((name) => detail[name] === text);
    return member === undefined || text === '' ? detail : { ...detail, [member]: null };
  });
}

/** Details out of a signature that `take` made, with their words; undefined for every other signature. */
export function restoreDetails(value: string, text: string): JsonObject[] | undefined {
  if (!value.startsWith(LIST)) return undefined;
  let details: Json;
  try {
    details = JSON.parse(value.slice(LIST.length)) as Json;
  } catch {
    return undefined;
  }
  return objectsOf(details).map((detail) => {
    const member = GROWING.find((name) => detail[name] === null);
    return member === undefined ? detail : { ...detail, [member]: text };
  });
}
