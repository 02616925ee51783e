import type { JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText, objectsOf } from '../wire/member-rules';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';

const STRING_FORMATS = ['', 'enum', 'date-time'];
const say = (at: string, words: string): VendorError =>
  complain('', `* GenerateContentRequest.${at}: ${words}\n`);

function checkObject(schema: JsonObject, at: string, root: boolean): VendorError | undefined {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const names = Object.keys(properties);
  if (!names.length && root) return say(`${at}.properties`, 'should be non-empty for OBJECT type');
  const required = Array.isArray(schema.required) ? schema.required : [];
  const stray = required.findIndex((name) => !names.includes(asText(name)));
  if (stray >= 0) return say(`${at}.required[${stray}]`, 'property is not defined');
  for (const [name, child] of Object.entries(properties)) {
    const problem = isObject(child) ? checkSchema(child, `${at}.properties[${name}]`) : undefined;
    if (problem) return problem;
  }
  return undefined;
}

/** What is wrong with a schema in the vendor's own language of schemas, beyond its members. */
export function checkSchema(schema: JsonObject, at: string, root = false): VendorError | undefined {
  const type = asText(schema.type);
  const branches = objectsOf(schema.anyOf);
  for (const [i, branch] of branches.entries()) {
    const problem = checkSchema(branch, `${at}.any_of[${i}]`);
    if (problem) return problem;
  }
  if (!type) return branches.length ? undefined : say(`${at}.type`, 'must be specified');
  const words = Array.isArray(schema.enum) ? schema.enum : [];
  if (words.length && type !== 'STRING') return say(`${at}.enum`, 'only allowed for STRING type');
  if (words.includes('')) return say(`${at}.enum[${words.indexOf('')}]`, 'cannot be empty');
  if (type === 'STRING' && !STRING_FORMATS.includes(asText(schema.format)))
    return say(`${at}.format`, "only 'enum' and 'date-time' are supported for STRING type");
  if (type === 'ARRAY')
    return isObject(schema.items)
      ? checkSchema(schema.items, `${at}.items`)
      : say(`${at}.items`, 'missing field.');
  return type === 'OBJECT' ? checkObject(schema, at, root) : undefined;
}
