import type { UpstreamDialectId } from '@turnpike/protocol';
import type { OperationId } from './operation';

/** Where a definition's address and paths need a word of the configuration. */
export type SettingName = 'region' | 'project' | 'location' | 'apiVersion';

export type Settings = Readonly<Partial<Record<SettingName, string>>>;

/** A path behind the base path, query included, with `{model}` and `{<setting>}` to be filled in. */
export type PathTemplate = string | { readonly whole: string; readonly stream: string };

export type PathTemplates = Readonly<Partial<Record<OperationId, PathTemplate>>>;

/** How a provider bends the paths of its dialect. */
export interface PathVariant {
  /** Only where this setting is stated and reads so. */
  readonly when?: { readonly setting: SettingName; readonly matches: RegExp };
  /** Only for targets of this dialect. */
  readonly dialect?: UpstreamDialectId;
  /** Stands before each of the dialect's own paths. */
  readonly prefix?: string;
  /** Joins the query of each of the dialect's own paths. */
  readonly query?: string;
  /** Whole paths instead of the dialect's own. */
  readonly templates?: PathTemplates;
}

/** Filled in: what is sent as it stands. */
export interface OperationPath {
  readonly whole: string;
  readonly stream: string;
}

export type TargetPaths = Readonly<Partial<Record<OperationId, OperationPath>>>;

const OPENAI_PATHS: PathTemplates = {
  completions: '/completions',
  embeddings: '/embeddings',
  rerank: '/rerank',
  moderations: '/moderations',
  'image-generations': '/images/generations',
  'image-edits': '/images/edits',
  'image-variations': '/images/variations',
  transcriptions: '/audio/transcriptions',
  translations: '/audio/translations',
  speech: '/audio/speech',
};

/** Where the vendor of a dialect has its operations. */
const DIALECT_PATHS: Readonly<Partial<Record<UpstreamDialectId, PathTemplates>>> = {
  'openai-chat': {
    generate: '/chat/completions',
    'count-tokens': '/responses/input_tokens',
    ...OPENAI_PATHS,
  },
  'openai-responses': {
    generate: '/responses',
    'count-tokens': '/responses/input_tokens',
    ...OPENAI_PATHS,
  },
  'anthropic-messages': { generate: '/messages', 'count-tokens': '/messages/count_tokens' },
  'gemini-generate': {
    generate: {
      whole: '/v1beta/models/{model}:generateContent',
      stream: '/v1beta/models/{model}:streamGenerateContent?alt=sse',
    },
    'count-tokens': '/v1beta/models/{model}:countTokens',
    embeddings: '/v1beta/models/{model}:batchEmbedContents',
    'image-generations': '/v1beta/models/{model}:predict',
  },
  'bedrock-converse': {
    generate: { whole: '/model/{model}/converse', stream: '/model/{model}/converse-stream' },
    embeddings: '/model/{model}/invoke',
    rerank: '/model/{model}/invoke',
  },
  'cohere-chat': { generate: '/v2/chat', embeddings: '/v2/embed', rerank: '/v2/rerank' },
  'ollama-chat': { generate: '/api/chat', embeddings: '/api/embed' },
};

/** Collections that a dialect's clients write before a model's name; its paths have them already. */
const COLLECTIONS: Readonly<Partial<Record<UpstreamDialectId, string>>> = { 'gemini-generate': 'models/' };

/** What a definition says of its paths. */
export interface PathData {
  readonly operations?: readonly OperationId[];
  readonly paths?: PathTemplates;
  readonly pathVariants?: readonly PathVariant[];
}

export interface PathQuestion {
  readonly dialect: UpstreamDialectId;
  /** Name of the model on the wire. */
  readonly model: string;
  readonly basePath: string;
  readonly settings: Settings;
}

/** One segment of a path, whatever stands in it: RFC 3986 in full, because signatures are taken over this very text. */
export const encodeSegment = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD')).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/**
 * Puts values into `{placeholders}`.
 * @throws TypeError for one without a value, which validation of the configuration has excluded.
 */
export const fillTemplate = (
  template: string,
  values: Readonly<Record<string, string | undefined>>,
): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new TypeError(`nothing is given for "${name}" in ${template}`);
    return encodeSegment(value);
  });

const bothOf = (template: PathTemplate): { readonly whole: string; readonly stream: string } =>
  typeof template === 'string' ? { whole: template, stream: template } : template;

const withQuery = (path: string, query: string | undefined): string =>
  query === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`;

const fits = ({ when, dialect }: PathVariant, question: PathQuestion): boolean =>
  (dialect === undefined || dialect === question.dialect) &&
  (when === undefined || when.matches.test(question.settings[when.setting] ?? ''));

/** Generation and its counter are everywhere; of the rest, what the definition lists. */
const offered = ({ operations }: PathData, own: PathTemplates): PathTemplates =>
  operations === undefined
    ? own
    : Object.fromEntries(
        Object.entries(own).filter(
          ([id]) => id === 'generate' || id === 'count-tokens' || operations.includes(id as OperationId),
        ),
      );

/** The first variant that fits, else the definition's own paths, else the dialect's. */
function templatesOf(data: PathData, question: PathQuestion): PathTemplates {
  const { paths, pathVariants = [] } = data;
  const own = offered(data, DIALECT_PATHS[question.dialect] ?? {});
  const variant = pathVariants.find((each) => fits(each, question));
  if (!variant) return paths ?? own;
  const { prefix = '', query, templates } = variant;
  const bend = (path: string): string => withQuery(prefix + path, query);
  const bent = Object.entries(own).map(([operation, template]) => {
    const { whole, stream } = bothOf(template);
    return [operation, { whole: bend(whole), stream: bend(stream) }];
  });
  return { ...(Object.fromEntries(bent) as PathTemplates), ...templates };
}

/** Every path of one target. What a client asked for fills one segment and cannot leave it. */
export function fillPaths(data: PathData, question: PathQuestion): TargetPaths {
  const { basePath, dialect, model, settings } = question;
  const collection = COLLECTIONS[dialect] ?? '';
  const name = model.startsWith(collection) ? model.slice(collection.length) : model;
  const fill = (template: string): string => basePath + fillTemplate(template, { ...settings, model: name });
  const filled = Object.entries(templatesOf(data, question)).map(([operation, template]) => {
    const { whole, stream } = bothOf(template);
    return [operation, { whole: fill(whole), stream: fill(stream) }];
  });
  return Object.fromEntries(filled) as TargetPaths;
}
