import { code, page, table } from './markdown.mjs';

const LAYERS = {
  client: 'the request itself',
  auth: 'the key that was sent',
  policy: 'what the key may do',
  budget: 'a budget of yours',
  rate_limit: 'a rate limit',
  routing: 'no target could be chosen',
  provider: 'what the provider answered',
  network: 'the way to the provider',
  gateway: 'Turnpike itself',
};

/** Every reason of the closed table, by layer. */
export function renderErrors(errors) {
  const rows = Object.entries(errors);
  const sections = Object.entries(LAYERS)
    .map(([layer, meaning]) => [layer, meaning, rows.filter(([, row]) => row.layer === layer)])
    .filter(([, , own]) => own.length > 0)
    .map(([layer, meaning, own]) => {
      const lines = own.map(([reason, { kind }]) => [`<a id="${reason}"></a>${code(reason)}`, code(kind)]);
      return `## ${code(layer)}: ${meaning}\n\n${table(['reason', 'kind'], lines)}`;
    });
  const intro =
    'Every refusal carries an object `turnpike` inside `error`, with one `layer` and one `reason` of this page. ' +
    'The kind decides status, type and code in the dialect of the caller.';
  return page('Errors', intro, ...sections);
}
