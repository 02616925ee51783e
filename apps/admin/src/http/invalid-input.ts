import { GatewayError } from '@turnpike/kernel';
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** One wrong field: where it is and what is expected there. Values are never repeated. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

const MOST_ERRORS = 20;
const LONGEST_NAME = 80;

/** A request that does not fit its schema: 400 with every wrong field by name. */
export class InvalidInput extends GatewayError {
  readonly errors: readonly FieldError[];

  constructor(place: 'path' | 'query' | 'body', issues: readonly Issue[]) {
    const errors = issues.flatMap(describeIssue).slice(0, MOST_ERRORS);
    const sentences = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message));
    super('invalid_request', `The ${place} is not valid. ${sentences.join('; ')}.`, {
      param: errors[0]?.path,
    });
    this.errors = errors;
  }
}

function describeIssue(issue: Issue): FieldError[] {
  const path = issue.path.map((part) => shorten(String(part))).join('.');
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({
    path: [path, shorten(key)].filter(Boolean).join('.'),
    message: 'unknown field',
  }));
}

const shorten = (text: string): string =>
  text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}...` : text;
