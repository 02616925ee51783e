import { code, page, table } from './markdown.mjs';

const authOf = (auth) => (auth.kind === 'bearer' ? 'bearer' : code(auth.name));

/** The built-in definitions: what `use` takes. */
export function renderProviders(providers) {
  const rows = Object.values(providers).map((definition) => [
    code(definition.id),
    definition.title,
    code(definition.dialect),
    definition.baseUrl === undefined ? 'yours to give' : code(definition.baseUrl),
    definition.keyless ? `${authOf(definition.auth)}, optional` : authOf(definition.auth),
    `[source](${definition.source})`,
  ]);
  const intro =
    'A provider of the configuration names one of these with `use`. `baseUrl` may replace the one of the definition.';
  return page(
    'Providers',
    intro,
    table(['use', 'provider', 'dialect', 'base URL', 'credential', 'facts'], rows),
  );
}
