import type { JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText, objectsOf } from '../wire/member-rules';
import type { Seal } from '../wire/seal';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';

/** What the vendor lets stand in for a signature where history came from elsewhere. */
const STAND_INS: readonly string[] = [
  'skip_thought_signature_validator',
  'context_engineering_is_the_way_to_go',
];

/** What a signature on a call is about: a signature moved to another function's call does not fit. */
export const callSubject = (name: string): string => `call ${name}`;

const isResponse = (content: JsonObject): boolean =>
  objectsOf(content.parts).some((part) => part.functionResponse !== undefined);

/** Where the running turn begins: at the last thing a user said. */
const turnStart = (contents: readonly JsonObject[]): number =>
  contents.findLastIndex((content) => content.role !== 'model' && !isResponse(content));

function checkPart(part: JsonObject, seal: Seal): VendorError | undefined {
  const signature = part.thoughtSignature;
  if (typeof signature !== 'string' || STAND_INS.includes(signature)) return undefined;
  const name = isObject(part.functionCall) ? asText(part.functionCall.name) : '';
  return seal.fits(name ? callSubject(name) : '', signature)
    ? undefined
    : complain('', 'Corrupted thought signature.');
}

/** Foreign signatures are refused anywhere; with `required`, each step of the running turn begins with a signed call. */
export function checkSignatures(request: JsonObject, seal: Seal, required: boolean): VendorError | undefined {
  const contents = objectsOf(request.contents);
  for (const part of contents.flatMap((content) => objectsOf(content.parts))) {
    const problem = checkPart(part, seal);
    if (problem) return problem;
  }
  if (!required) return undefined;
  for (const [i, content] of contents.entries()) {
    if (i < turnStart(contents) || content.role !== 'model') continue;
    const parts = objectsOf(content.parts);
    const first = parts.findIndex((part) => part.functionCall !== undefined);
    if (first < 0 || parts[first]?.thoughtSignature) continue;
    const call = parts[first]?.functionCall;
    const name = isObject(call) ? asText(call.name) : '';
    return complain(
      '',
      `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${i + 1}.`,
    );
  }
  return undefined;
}
