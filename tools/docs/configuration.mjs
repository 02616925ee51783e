import { code, page, table } from './markdown.mjs';

/** One word or two for the type of a setting. */
function typeOf(schema) {
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum) return schema.enum.map((value) => code(value)).join(' ');
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return [...new Set(options.map(typeOf))].join(' or ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === 'object' && schema.additionalProperties?.type) return 'map';
  return Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'any');
}

const defaultOf = ({ default: value }) =>
  value === undefined || typeof value === 'object' ? '' : code(JSON.stringify(value));

/** Pages of their own: what a definition of the schema is about is told there, once. */
const PAGES = { '#/$defs/Capabilities': '[capabilities](capabilities.md)' };

const pageOf = (schema) => PAGES[schema.$ref ?? schema.additionalProperties?.$ref];

/** Settings under `path`, depth first: [path, type, default, required, meaning]. */
function* walk(schema, path, deref) {
  const node = deref(schema);
  for (const [name, raw] of Object.entries(node.properties ?? {})) {
    const child = deref(raw);
    const at = path === '' ? name : `${path}.${name}`;
    const isRequired = (node.required ?? []).includes(name);
    yield [
      code(at),
      pageOf(raw) ?? typeOf(child),
      isRequired ? 'required' : defaultOf(child),
      child.description ?? raw.description ?? '',
    ];
    if (!pageOf(raw)) yield* walk(child, at, deref);
  }
  if (typeof node.additionalProperties === 'object')
    yield* walk(node.additionalProperties, `${path}.<name>`, deref);
  if (node.items) yield* walk(node.items, `${path}[]`, deref);
  for (const option of node.anyOf ?? node.oneOf ?? []) yield* walk(option, path, deref);
}

/** Every setting of the configuration file, out of its JSON Schema. */
export function renderConfiguration(schema) {
  const deref = (node) =>
    node.$ref?.startsWith('#/$defs/') ? { ...schema.$defs[node.$ref.slice(8)], ...node } : node;
  const intro =
    'The file is YAML, `turnpike.yaml` unless `TURNPIKE_CONFIG` names another. Unknown settings are errors. ' +
    '`${VAR}` and `${VAR:-default}` read the environment, `file:/path` reads a secret from a file. ' +
    '`config.schema.json` beside this page is its JSON Schema, for editors.';
  return page(
    'Configuration file',
    intro,
    table(['setting', 'type', 'default', 'meaning'], [...walk(schema, '', deref)]),
  );
}
