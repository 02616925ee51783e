import { GatewayError } from '@turnpike/kernel';

/** Tags that the caller accepts; `*` accepts any version. */
export type IfMatch = '*' | readonly string[];

const TAG = /^"[\x21\x23-\x7e]*"$/;

/** The version of a resource: its change time in milliseconds, which `nextVersion` keeps strictly growing. */
export const entityTag = (updatedAtMs: number): string => `"${updatedAtMs.toString(36)}"`;

/** Change time of a new version: never equal to the one before, however fast changes come. */
export const nextVersion = (previous: Date, nowMs: number = Date.now()): Date =>
  new Date(Math.max(nowMs, previous.getTime() + 1));

/** @throws GatewayError precondition_required when the header is missing, invalid_request when it is no list of tags. */
export function readIfMatch(header: string | undefined): IfMatch {
  if (header === undefined) {
    throw new GatewayError(
      'precondition_required',
      'A change needs the header If-Match with the ETag of the version that you read (or *).',
      { status: 428 },
    );
  }
  if (header.trim() === '*') return '*';
  const tags = header.split(',').map((tag) => tag.trim());
  // A weak tag is well formed but never equal in the strong comparison that If-Match asks for.
  if (tags.every((tag) => TAG.test(tag.replace(/^W\//, '')))) return tags;
  throw new GatewayError('invalid_request', 'If-Match takes quoted ETags or *.');
}

/** @throws GatewayError precondition_failed when the resource has changed since it was read. */
export function requireMatch(ifMatch: IfMatch, updatedAt: Date): void {
  if (ifMatch === '*' || ifMatch.includes(entityTag(updatedAt.getTime()))) return;
  throw versionConflict();
}

export function versionConflict(): GatewayError {
  return new GatewayError(
    'precondition_failed',
    'The resource has changed since you read it. Read it again.',
    {
      status: 412,
    },
  );
}
