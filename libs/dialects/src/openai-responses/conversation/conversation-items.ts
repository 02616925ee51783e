import { isObject, parseJson, stringifyJson, type Json, type JsonObject } from '@turnpike/kernel';
import { isWrapped, unwrapSignature, wrapSignature } from '@turnpike/protocol';
import { listOf, textOf } from '../../answer';
import type { AnswerOrigin } from '../../dialect';

/** `input` as items; a text is a message of the user's. */
export function inputItems(input: string): Json[] {
  const value = parseJson(input);
  if (value === null) return [];
  if (typeof value === 'string') return [{ type: 'message', role: 'user', content: value }];
  return Array.isArray(value) ? value : [value];
}

/** Reasoning is another account's as soon as it stands in a conversation: it says whose it is from then on. */
function signed(item: Json, { vendor, account }: AnswerOrigin): Json {
  if (!isObject(item) || item.type !== 'reasoning') return item;
  const value = textOf(item.encrypted_content);
  if (value === undefined || isWrapped(value)) return item;
  return {
    ...item,
    encrypted_content: wrapSignature({
      vendor,
      kind: 'reasoning',
      value,
      accountHash: account,
      itemId: textOf(item.id),
    }),
  };
}

/** What an answer adds to its conversation. */
export const outputItems = (response: JsonObject, origin: AnswerOrigin): Json[] =>
  listOf(response.output).map((item) => signed(item, origin));

/** True: no account but those named could read it. */
function isReadable(item: Json, accounts: ReadonlySet<string>): boolean {
  if (!isObject(item) || item.type !== 'reasoning') return true;
  const wrapped = unwrapSignature(textOf(item.encrypted_content) ?? '');
  if (wrapped?.accountHash === undefined) return true;
  return [...accounts].every((account) => account === wrapped.accountHash);
}

/** A conversation as these accounts can go on from it: JSON text of an array. */
export const replayItems = (items: readonly Json[], accounts: ReadonlySet<string>): string =>
  stringifyJson(items.filter((item) => isReadable(item, accounts)));
