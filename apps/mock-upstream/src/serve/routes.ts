import { chatDialect } from '../chat/chat-dialect';
import { messagesDialect } from '../messages/messages-dialect';
import type { Operation, WireDialect } from '../wire/wire-dialect';

export interface Route {
  readonly dialect: WireDialect;
  readonly operation: Operation;
  /** For one model's record. */
  readonly modelId?: string;
}

/** Which wire a request speaks: by the end of its path, whatever stands before; the model list by its version header. */
export function findRoute(method: string, path: string, hasVersionHeader: boolean): Route | undefined {
  if (method === 'POST') {
    if (path.endsWith('/chat/completions')) return { dialect: chatDialect, operation: 'generate' };
    if (path.endsWith('/messages')) return { dialect: messagesDialect, operation: 'generate' };
    if (path.endsWith('/messages/count_tokens'))
      return { dialect: messagesDialect, operation: 'count-tokens' };
    return undefined;
  }
  if (method !== 'GET') return undefined;
  const dialect = hasVersionHeader ? messagesDialect : chatDialect;
  if (path.endsWith('/models')) return { dialect, operation: 'list-models' };
  const model = /\/models\/(.+)$/.exec(path);
  return model
    ? { dialect, operation: 'get-model', modelId: decodeURIComponent(String(model[1])) }
    : undefined;
}
