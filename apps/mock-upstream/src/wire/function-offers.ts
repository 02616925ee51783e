import type { Json } from '@turnpike/kernel';
import { isObject } from '@turnpike/kernel';
import { asText, objectsOf } from './member-rules';
import type { ToolOffer } from './wire-dialect';

/** Tools in the spelling `{ type, function: { name, parameters } }`, which several vendors share. */
export const functionOffers = (tools: Json | undefined): ToolOffer[] =>
  objectsOf(tools).flatMap(({ function: fn }) =>
    isObject(fn) ? [{ name: asText(fn.name), schema: isObject(fn.parameters) ? fn.parameters : {} }] : [],
  );
