import { GatewayError } from '@turnpike/kernel';

/** RFC 2046: up to 70 of these, no space at the end. */
const BOUNDARY = /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/;
const PLAIN = /^[\w+.-]+$/;
const PARAMETER = /;\s*([\w-]+)=("[^"\\]*"|[^\s";]+)\s*/y;
const MULTIPART = /^\s*multipart\/form-data\s*(?=;|$)/i;

const malformed = (problem: string): never => {
  throw new GatewayError('invalid_request', `The content-type of the multipart body ${problem}.`, {
    param: 'content-type',
  });
};

export const isMultipart = (contentType: string | undefined): boolean =>
  /^\s*multipart\//i.test(contentType ?? '');

/**
 * The boundary of a `multipart/form-data` body. Read strictly: two readers that see different boundaries see
 * different models.
 * @throws GatewayError unsupported_media_type, invalid_request.
 */
export function readBoundary(contentType: string | undefined): string {
  const type = MULTIPART.exec(contentType ?? '');
  if (!type || contentType === undefined) {
    const message = 'Send this request as multipart/form-data, as the official SDKs do.';
    throw new GatewayError('unsupported_media_type', message, { final: true });
  }
  let boundary: string | undefined;
  PARAMETER.lastIndex = type[0].length;
  while (PARAMETER.lastIndex < contentType.length) {
    const [, name, value] = PARAMETER.exec(contentType) ?? malformed('cannot be read');
    if (name?.toLowerCase() !== 'boundary') continue;
    if (boundary !== undefined) malformed('names two boundaries');
    boundary = value?.replace(/^"|"$/g, '');
  }
  if (boundary === undefined) return malformed('names no boundary');
  return BOUNDARY.test(boundary) ? boundary : malformed('names a boundary that is none');
}

/** Our own spelling of the header, so that nobody behind us reads another boundary out of it. */
export const writeMultipartType = (boundary: string): string =>
  `multipart/form-data; boundary=${PLAIN.test(boundary) ? boundary : `"${boundary}"`}`;
