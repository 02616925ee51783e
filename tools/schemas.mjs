#!/usr/bin/env node
/**
 * Writes test/schemas/*.json: what the vendors' SDKs say their wire formats are, as JSON Schema with closed objects.
 * `--check` writes nothing and fails when a file differs from what the installed SDKs give.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';
import { ADJUSTMENTS } from '../test/schemas/adjustments.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => path.join(root, ...parts);

/** File -> the type in test/schemas/roots.ts that it is made of. */
const ROOTS = {
  'openai-chat': 'OpenaiChat',
  'openai-responses': 'OpenaiResponses',
  'anthropic-messages': 'AnthropicMessages',
  'anthropic-messages-beta': 'AnthropicMessagesBeta',
  'gemini-generate': 'GeminiGenerate',
};

function generate(type) {
  const generator = createGenerator({
    path: at('test/schemas/roots.ts'),
    tsconfig: at('tsconfig.json'),
    type,
    expose: 'all',
    topRef: true,
    jsDoc: 'none',
    additionalProperties: false,
    skipTypeCheck: true,
    encodeRefs: false,
  });
  return generator.createSchema(type).definitions;
}

const REF = '#/definitions/';

/** The value with each object changed, innermost first. */
function mapObjects(value, change) {
  if (Array.isArray(value)) return value.map((one) => mapObjects(one, change));
  if (typeof value !== 'object' || value === null) return value;
  const mapped = Object.entries(value).map(([name, member]) => [name, mapObjects(member, change)]);
  return change(Object.fromEntries(mapped));
}

/** Names of definitions as they can stand in a URI. Two that would become one are numbered. */
function renameDefinitions(definitions) {
  const names = new Map();
  const taken = new Set();
  for (const name of Object.keys(definitions).sort()) {
    const clean = name.replace(/[^A-Za-z0-9_.]+/g, '_').slice(0, 80);
    let unique = clean;
    for (let n = 2; taken.has(unique); n++) unique = `${clean}_${n}`;
    taken.add(unique);
    names.set(name, unique);
  }
  const renamed = mapObjects(definitions, (object) =>
    typeof object.$ref === 'string' ? { $ref: REF + names.get(object.$ref.slice(REF.length)) } : object,
  );
  return Object.fromEntries([...names].map(([name, unique]) => [unique, renamed[name]]));
}

function adjust(definitions, adjustments) {
  for (const { of, optional = [], add = {}, replace, why } of adjustments) {
    if (!why) throw new Error(`an adjustment of ${of} has no reason`);
    const schema = definitions[of];
    if (!schema) throw new Error(`there is no definition ${of} to adjust`);
    if (replace) definitions[of] = replace;
    if (optional.some((name) => !schema.required?.includes(name)))
      throw new Error(`${of}: ${optional} is not all required, so the adjustment is no more needed`);
    if (optional.length > 0) schema.required = schema.required.filter((name) => !optional.includes(name));
    for (const name of Object.keys(add))
      if (schema.properties?.[name] && JSON.stringify(schema.properties[name]) === JSON.stringify(add[name]))
        throw new Error(`${of}.${name} is known, so the adjustment is no more needed`);
    if (Object.keys(add).length > 0) schema.properties = { ...schema.properties, ...add };
  }
}

/** The words by which a branch of a union is told from the others; undefined where it has none. */
function wordsOf(branch, member, definitions) {
  const schema = branch.$ref ? definitions[branch.$ref.slice(REF.length)] : branch;
  const told = schema?.properties?.[member];
  if (!schema?.required?.includes(member) || !told) return undefined;
  return told.const !== undefined ? [told.const] : told.enum;
}

/** Branches of a union with those of unions inside it. */
function flatten(branches, definitions) {
  return branches.flatMap((branch) => {
    const schema = branch.$ref ? definitions[branch.$ref.slice(REF.length)] : branch;
    return Array.isArray(schema?.anyOf) ? flatten(schema.anyOf, definitions) : [branch];
  });
}

/** Unions whose branches one member tells apart are said so: checking is fast then, and complaints name one branch. */
function discriminate(definitions) {
  const change = (object) => {
    // A property may have this name too.
    if (!Array.isArray(object.anyOf)) return object;
    const branches = flatten(object.anyOf, definitions);
    for (const member of ['type', 'role', 'object']) {
      const told = branches.filter((branch) => wordsOf(branch, member, definitions));
      const words = told.flatMap((branch) => wordsOf(branch, member, definitions));
      if (told.length < 2 || new Set(words).size !== words.length) continue;
      const rest = branches.filter((branch) => !told.includes(branch));
      const union = {
        type: 'object',
        discriminator: { propertyName: member },
        required: [member],
        oneOf: told,
      };
      return rest.length === 0 ? union : { anyOf: [...rest, union] };
    }
    return object;
  };
  return Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [name, mapObjects(schema, change)]),
  );
}

/** Definitions that the root reaches. */
function reachable(definitions, from) {
  const seen = new Set();
  const visit = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    mapObjects(definitions[name], (object) => {
      if (typeof object.$ref === 'string') visit(object.$ref.slice(REF.length));
      return object;
    });
  };
  visit(from);
  return [...seen].sort();
}

/** One definition per line: a new version of an SDK shows what it changed. */
function write(id, type) {
  const definitions = renameDefinitions(generate(type));
  adjust(definitions, ADJUSTMENTS[id] ?? []);
  const told = discriminate(definitions);
  const lines = reachable(told, type).map((name) => `${JSON.stringify(name)}:${JSON.stringify(told[name])}`);
  return `{"$id":"${id}","definitions":{\n${lines.join(',\n')}\n}}\n`;
}

const check = process.argv.includes('--check');
let stale = 0;
for (const [id, type] of Object.entries(ROOTS)) {
  const file = at(`test/schemas/${id}.generated.json`);
  const text = write(id, type);
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    stale++;
    console.error(`${file} is out of date: run node tools/schemas.mjs`);
  }
}
process.exitCode = stale > 0 ? 1 : 0;
