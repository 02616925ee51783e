import { code, page, table } from './markdown.mjs';

const EXAMPLE = `\`\`\`yaml
providers:
  local:
    use: vllm
    unsupportedMedia: drop_with_placeholder # or refuse, which is what happens without it
    models:
      "*": { contextWindow: 32768, images: false }
      "qwen3-*": { thinkTag: think, maxOutputTokens: 16384 }
models:
  coder:
    strict: true # no target that would lose a part of the request
    targets:
      - { provider: local, model: qwen3-coder, capabilities: { contextWindow: 131072 } }
\`\`\``;

function typeOf(schema) {
  if (schema.enum) return schema.enum.map((value) => code(value)).join(' ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items)}`;
  return schema.type;
}

/** How many rows a definition has of its own; what they say is in its folder. */
const rowsOf = ({ id, capabilities = {}, models = {} }) => [
  code(id),
  Object.keys(capabilities)
    .map((name) => code(name))
    .join(' '),
  Object.keys(models)
    .map((pattern) => code(pattern))
    .join(' '),
];

/** Every fact about a model that encoders and routing ask for, out of the schema of the configuration. */
export function renderCapabilities(schema, providers) {
  const { properties } = schema.$defs.Capabilities;
  const facts = Object.entries(properties).map(([name, fact]) => [
    code(name),
    typeOf(fact),
    fact.description ?? '',
  ]);
  const intro =
    'What a model can do is data. It is looked up in this order, the later winning member by member: what the ' +
    'definition says of all its models, the rows of the definition whose pattern matches the name, the rows of ' +
    '`providers.<name>.models`, and `capabilities` of a target. Patterns ignore case and know `*`; all that match ' +
    'apply, in order. What nobody says is taken to be what the newest models of the dialect’s own vendor do.';
  return page(
    'Capabilities',
    intro,
    EXAMPLE,
    table(['fact', 'type', 'meaning'], facts),
    '## Built in',
    table(
      ['definition', 'facts of all its models', 'models with rows of their own'],
      Object.values(providers).map(rowsOf),
    ),
  );
}
