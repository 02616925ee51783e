import type { Json, JsonObject } from '@turnpike/kernel';
import {
  compact,
  otherMembers,
  readArray,
  readObject,
  readString,
  readWord,
  refuse,
  requireObject,
  requireString,
  type Tool,
  type ToolChoice,
} from '@turnpike/protocol';
import { camelMembers } from '../wire';
import { toJsonSchema } from './json-schema';

const MEMBERS = new Set(['name', 'description', 'parametersJsonSchema']);
const CHOICE = new Set(['mode', 'allowedFunctionNames']);
const CONFIG = new Set(['functionCallingConfig']);
const MODES = ['MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE', 'VALIDATED'] as const;

function decodeDeclaration(value: Json, param: string): Tool {
  const declaration = camelMembers(requireObject(value, param));
  const name = requireString(declaration.name, `${param}.name`);
  if (name === '') refuse(`${param}.name`, 'must not be empty');
  const classic = readObject(declaration.parameters, `${param}.parameters`);
  const schema = readObject(declaration.parametersJsonSchema, `${param}.parametersJsonSchema`);
  return compact<Tool>({
    kind: 'function',
    name,
    description: readString(declaration.description, `${param}.description`),
    schema: schema ?? (classic && toJsonSchema(classic)),
    raw: otherMembers(declaration, MEMBERS),
  });
}

function decodeTool(value: Json, param: string): Tool[] {
  const tool = camelMembers(requireObject(value, param));
  const { functionDeclarations, ...hosted } = tool;
  const list = readArray(functionDeclarations, `${param}.functionDeclarations`) ?? [];
  return [
    ...list.map((entry, i) => decodeDeclaration(entry, `${param}.functionDeclarations[${i}]`)),
    ...Object.entries(hosted)
      .filter(([, config]) => config !== undefined && config !== null)
      .map(([name, config]): Tool => ({ kind: 'hosted', name, raw: { [name]: config } })),
  ];
}

/** `tools`: lists of declarations, and what runs at the vendor, each under its own name. */
export function decodeTools(value: Json | undefined): Tool[] {
  const list = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return list.flatMap((tool, i) => decodeTool(tool, `tools[${i}]`));
}

export interface DecodedChoice {
  readonly toolChoice?: ToolChoice;
  /** The whole member, where it says more than the choice can. */
  readonly toolConfig?: JsonObject;
}

function choiceOf(mode: (typeof MODES)[number], names: readonly string[]): ToolChoice | undefined {
  const [only] = names;
  switch (mode) {
    case 'MODE_UNSPECIFIED':
      return undefined;
    case 'NONE':
      return { kind: 'none' };
    case 'ANY':
      if (only === undefined) return { kind: 'any' };
      return names.length === 1 ? { kind: 'tool', name: only } : { kind: 'allowed', names, mode: 'any' };
    default:
      return only === undefined ? { kind: 'auto' } : { kind: 'allowed', names, mode: 'auto' };
  }
}

/** `toolConfig.functionCallingConfig`. */
export function decodeToolChoice(value: Json | undefined): DecodedChoice {
  const given = readObject(value, 'toolConfig');
  if (!given) return {};
  const config = camelMembers(given);
  const at = 'toolConfig.functionCallingConfig';
  const stated = readObject(config.functionCallingConfig, at);
  const calling = stated && camelMembers(stated);
  const word = readString(calling?.mode, `${at}.mode`)?.toUpperCase();
  const mode = readWord(word, `${at}.mode`, MODES);
  const names = (readArray(calling?.allowedFunctionNames, `${at}.allowedFunctionNames`) ?? []).map(
    (name, i) => requireString(name, `${at}.allowedFunctionNames[${i}]`),
  );
  const more = otherMembers(config, CONFIG) ?? (calling && otherMembers(calling, CHOICE));
  const special = more !== undefined || mode === 'VALIDATED';
  return compact<DecodedChoice>({
    toolChoice: mode && choiceOf(mode, names),
    toolConfig: special ? compact({ ...config, functionCallingConfig: calling }) : undefined,
  });
}
