import type { Json, JsonObject } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText, nameSet, objectsOf, unknownMember } from '../../wire/member-rules';
import type { VendorError } from '../../wire/vendor-error';
import { complain } from '../../wire/vendor-error';
import type { WireService } from '../../wire/wire-service';
import { inputUsage, jsonReply } from '../../wire/wire-service';
import { countOf, pixelOf, vectorOf } from '../deterministic';
import { dimensionsOf } from './dimensions';

const EMBEDS = /embedding/;
/** The newest model of embeddings takes one text at a time. */
const batchOf = (model: string): number => (model.includes('gemini-embedding') ? 1 : 250);

const textOf = (instance: JsonObject): string => asText(instance.content) || asText(instance.prompt);
const parametersOf = ({ parameters }: JsonObject): JsonObject => (isObject(parameters) ? parameters : {});

function checkInstances(members: JsonObject, model: string): VendorError | undefined {
  const extra = unknownMember(members, nameSet('instances parameters labels'));
  if (extra)
    return complain('', `Invalid JSON payload received. Unknown name "${extra}": Cannot find field.`);
  const instances = objectsOf(members.instances);
  if (!instances.length) return complain('', 'Request contains an invalid argument: instances is empty.');
  if (EMBEDS.test(model) && instances.length > batchOf(model))
    return complain(
      '',
      `${batchOf(model)} instance(s) is allowed per prediction. Actual: ${instances.length}`,
    );
  const member = EMBEDS.test(model) ? 'content' : 'prompt';
  return instances.every((instance) => asText(instance[member]))
    ? undefined
    : complain('', `Request contains an invalid argument: The ${member} is empty.`);
}

function embed(instance: JsonObject, parameters: JsonObject, model: string): JsonObject {
  const text = textOf(instance);
  const full = dimensionsOf(model);
  const kept = Number(parameters.outputDimensionality ?? full);
  const statistics = { token_count: countOf(text), truncated: false };
  return { embeddings: { values: vectorOf(text, full, kept, false), statistics } };
}

/** Vertex' predict: embeddings of texts, or images of prompts. */
export const vertexPredict: WireService = {
  prompts: ({ members }) => objectsOf(members.instances).map(textOf),
  check: ({ members, modelId = '' }) => checkInstances(members, modelId),
  reply({ wire: { members }, model }) {
    const instances = objectsOf(members.instances);
    const parameters = parametersOf(members);
    if (EMBEDS.test(model)) {
      const tokens = instances.reduce((sum, instance) => sum + countOf(textOf(instance)), 0);
      const predictions: Json[] = instances.map((instance) => embed(instance, parameters, model));
      return jsonReply(JSON.stringify({ predictions }), inputUsage(tokens));
    }
    const prompt = textOf(instances[0] ?? {});
    const predictions = Array.from({ length: Number(parameters.sampleCount ?? 1) }, (_, i) => ({
      mimeType: 'image/png',
      bytesBase64Encoded: pixelOf(`${i}|${prompt}`),
    }));
    return jsonReply(JSON.stringify({ predictions }));
  },
};
