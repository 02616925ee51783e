import { isObject, type Json } from '@turnpike/kernel';
import type { VendorError } from '@turnpike/protocol';
import { textOf } from './read-json';

const wordOf = (value: Json | undefined): string | undefined =>
  typeof value === 'number' ? String(value) : textOf(value);

/** An error inside an answer, in whichever of the usual forms: an object, a sentence, `{message}`, `{detail}`. */
export function readVendorError(value: Json | undefined): VendorError {
  if (typeof value === 'string') return { message: value };
  if (!isObject(value)) return { message: 'The provider reported an error without saying which.' };
  const message = textOf(value.message) ?? textOf(value.detail) ?? textOf(value.error) ?? textOf(value.msg);
  const type = wordOf(value.type) ?? wordOf(value.status);
  const code = wordOf(value.code);
  const param = textOf(value.param);
  return {
    message: message ?? 'The provider reported an error without a message.',
    ...(type === undefined ? {} : { type }),
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
  };
}
