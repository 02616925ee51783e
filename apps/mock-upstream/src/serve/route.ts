import { countTokens } from '../operations/count-tokens';
import { generate } from '../operations/generate';
import type { WireDialect, WireFace } from '../wire/wire-dialect';
import type { Operation, WireHost } from '../wire/wire-request';
import type { WireService } from '../wire/wire-service';

export interface Route {
  readonly face: WireFace;
  readonly operation: Operation;
  readonly host: WireHost;
  /** Absent: a record of the provider itself, such as its models. */
  readonly service?: WireService;
  /** The model, where the path names it. */
  readonly modelId?: string;
  /** The path orders a stream. */
  readonly streams?: boolean;
}
export type RouteRow = readonly [end: string, route: Route];

/** A route to any service. */
export const serves = (face: WireFace, operation: Operation, service: WireService): Route => ({
  face,
  operation,
  service,
  host: 'vendor',
});
/** A route to a dialect's answers. */
export const generates = (dialect: WireDialect): Route => serves(dialect, 'generate', generate(dialect));
/** A route to a dialect's counts. */
export const counts = (dialect: WireDialect): Route => serves(dialect, 'count-tokens', countTokens(dialect));
