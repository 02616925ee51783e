/** Counts one answer under the class of its route. */
export type CountAnswer = (route: string, status: number) => void;

const NO_ROUTE = 'unknown';
/** Prefixes that mean the same: all of them are counted as the one that is documented. */
const SAME = /^(?:\/v1\/v1|\/v1beta\/openai|\/v1)?(?=\/(?!v1beta|v2))/;
const PROJECT = /^\/p\/:project/;

/** One for each pattern of the router: their number is fixed. */
const classes = new Map<string, string>();

/**
 * What a router's pattern is counted as, whichever prefix and project a request came by; never a path of the client's.
 * undefined: no route took it.
 */
export function routeClass(url: string | undefined): string {
  if (url === undefined) return NO_ROUTE;
  let found = classes.get(url);
  if (found === undefined) {
    found = url === '/*' ? url : url.replace(PROJECT, '').replace(SAME, '/v1');
    classes.set(url, found);
  }
  return found;
}
