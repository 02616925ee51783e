import type { JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import type { VendorError } from '../wire/vendor-error';
import type { WireRequest } from '../wire/wire-request';
import { ProtoReader } from './proto-reader';
import { STUDIO_MESSAGES, VERTEX_MESSAGES } from './wire-messages';

const STUDIO = new ProtoReader(STUDIO_MESSAGES);
const VERTEX = new ProtoReader(VERTEX_MESSAGES);

export interface ReadRequest {
  /** The request in camelCase, with lists where one element stood for a list. */
  readonly request: JsonObject;
  /** The first member that the vendor's servers cannot read; `request` is then as it came. */
  readonly problem: VendorError | undefined;
}

/** Reads a request to generate or to count; of the latter the request that it wraps. */
export function readGeminiRequest({ body, members, host, operation }: WireRequest): ReadRequest {
  const type = { message: operation === 'count-tokens' ? 'CountTokensRequest' : 'GenerateContentRequest' };
  const read = (host === 'vertex' ? VERTEX : STUDIO).read(body ?? null, type);
  if ('problem' in read) return { request: members, problem: read.problem };
  const request = isObject(read.value) ? read.value : {};
  const wrapped = request.generateContentRequest;
  return { request: isObject(wrapped) ? wrapped : request, problem: undefined };
}
