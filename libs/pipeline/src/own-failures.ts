import type { Failure } from '@turnpike/protocol';

/** Judgements of our own on an answer, where the provider's words have nothing to say. */
const ownFailure =
  (kind: Failure['class'], reason: string, message: string) =>
  (status: number | null): Failure => ({
    class: kind,
    scope: kind === 'server' ? 'model' : 'none',
    provenance: 'heuristic',
    status,
    reason,
    vendor: { message },
  });

/** The reader threw or gave up: classified without reading anything, because that may have been what threw. */
export const unreadable = ownFailure('server', 'malformed_answer', 'The answer could not be read');

/** A whole answer that ends as refused, while another alias waits for just that. */
export const withheld = ownFailure(
  'content_filter',
  'content_filtered',
  'The answer was withheld by a content filter',
);
