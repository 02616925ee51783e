import type { JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText, objectsOf } from '../wire/member-rules';
import type { VendorError } from '../wire/vendor-error';
import { complain } from '../wire/vendor-error';
import { checkSchema } from './check-schema';

const NAME = /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/;
const say = (at: string, words: string): VendorError =>
  complain('', `* GenerateContentRequest.${at}: ${words}\n`);

/** All functions that a request declares. */
export const declarationsOf = (request: JsonObject): JsonObject[] =>
  objectsOf(request.tools).flatMap((tool) => objectsOf(tool.functionDeclarations));

function checkDeclaration(declaration: JsonObject, at: string): VendorError | undefined {
  const name = asText(declaration.name);
  if (!NAME.test(name))
    return say(
      `${at}.name`,
      'Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128.',
    );
  const { parameters, parametersJsonSchema } = declaration;
  if (parameters !== undefined && parametersJsonSchema !== undefined)
    return say(`${at}`, 'parameters and parameters_json_schema are mutually exclusive.');
  if (parametersJsonSchema !== undefined && !isObject(parametersJsonSchema))
    return say(`${at}.parameters_json_schema`, 'must be a JSON object');
  if (!isObject(parameters)) return undefined;
  if (parameters.type !== 'OBJECT') return say(`${at}.parameters.type`, 'must be OBJECT');
  return checkSchema(parameters, `${at}.parameters`, true);
}

function checkConfig(request: JsonObject, names: ReadonlySet<string>): VendorError | undefined {
  const config = isObject(request.toolConfig) ? request.toolConfig.functionCallingConfig : undefined;
  if (!isObject(config)) return undefined;
  if (!names.size) return complain('', 'Function calling config is set without function_declarations.');
  const allowed = Array.isArray(config.allowedFunctionNames) ? config.allowedFunctionNames : [];
  if (allowed.length && config.mode !== 'ANY' && config.mode !== 'VALIDATED')
    return complain(
      '',
      'Function calling config: allowed_function_names should only be set when mode is ANY or VALIDATED.',
    );
  const stray = allowed.find((name) => !names.has(asText(name)));
  return stray === undefined
    ? undefined
    : complain(
        '',
        `Function calling config: allowed_function_names holds an undeclared function: ${asText(stray)}.`,
      );
}

/** The vendor's complaint about tools and how they may be called, or undefined. */
export function checkGeminiTools(request: JsonObject): VendorError | undefined {
  const names = new Set<string>();
  for (const [t, tool] of objectsOf(request.tools).entries()) {
    if (!Object.keys(tool).length)
      return say(`tools[${t}].tool_type`, "required one_of 'tool_type' must have one initialized field");
    for (const [i, declaration] of objectsOf(tool.functionDeclarations).entries()) {
      const problem = checkDeclaration(declaration, `tools[${t}].function_declarations[${i}]`);
      if (problem) return problem;
      const name = asText(declaration.name);
      if (names.has(name)) return complain('', `Duplicate function declaration found: ${name}`);
      names.add(name);
    }
  }
  return checkConfig(request, names);
}
