import { code, page, table } from './markdown.mjs';

const AUTH = {
  bearer: () => 'bearer',
  header: ({ name }) => code(name),
  'aws-sigv4': () => 'Signature Version 4, or a key as bearer',
  'google-token': () => 'access token of Google',
  'entra-or-key': ({ name }) => `${code(name)}, or access token of Entra`,
};
const authOf = (auth) => AUTH[auth.kind](auth);

/** Settings that the address is made of. */
const settingsOf = (settings = {}) =>
  Object.entries(settings)
    .map(([name, rule]) => (rule.optional || rule.default ? `${code(name)} (optional)` : code(name)))
    .join(', ');

/** The built-in definitions: what `use` takes. */
export function renderProviders(providers) {
  const rows = Object.values(providers).map((definition) => [
    code(definition.id),
    definition.title,
    code(definition.dialect),
    definition.baseUrl === undefined ? 'yours to give' : code(definition.baseUrl),
    definition.keyless ? `${authOf(definition.auth)}, optional` : authOf(definition.auth),
    [settingsOf(definition.settings), definition.deployments ? '`deployments` (optional)' : '']
      .filter(Boolean)
      .join(', '),
    `[source](${definition.source})`,
  ]);
  const intro =
    'A provider of the configuration names one of these with `use`. `baseUrl` may replace the one of the definition.';
  return page(
    'Providers',
    intro,
    table(['use', 'provider', 'dialect', 'base URL', 'credential', 'settings', 'facts'], rows),
  );
}
