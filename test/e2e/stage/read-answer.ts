import type { ClientDialect } from './gateway-config';

export interface ReadAnswer {
  readonly text: string;
  readonly stop: string | undefined;
  /** The stream came to its regular last event. */
  readonly done: boolean;
  /** The error event of a stream. */
  readonly error: unknown;
}

interface ChatPiece {
  readonly error?: unknown;
  readonly choices?: readonly {
    readonly message?: { readonly content?: string | null };
    readonly delta?: { readonly content?: string | null };
    readonly finish_reason?: string | null;
  }[];
}
interface MessagesPiece {
  readonly type?: string;
  readonly error?: unknown;
  readonly content?: readonly { readonly type: string; readonly text?: string }[];
  readonly stop_reason?: string | null;
  readonly delta?: { readonly type?: string; readonly text?: string; readonly stop_reason?: string | null };
}

const dataLines = (text: string): string[] =>
  text.split('\n').flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trim()] : []));

function readChat(pieces: readonly ChatPiece[], done: boolean): ReadAnswer {
  const choices = pieces.flatMap((piece) => piece.choices?.[0] ?? []);
  return {
    text: choices.map((choice) => choice.message?.content ?? choice.delta?.content ?? '').join(''),
    stop: choices.map((choice) => choice.finish_reason).findLast((reason) => reason) ?? undefined,
    done,
    error: pieces.find((piece) => piece.error)?.error,
  };
}

function readMessages(pieces: readonly MessagesPiece[], done: boolean): ReadAnswer {
  const whole = pieces.flatMap((piece) => piece.content ?? []).map((block) => block.text ?? '');
  const deltas = pieces.map((piece) => (piece.delta?.type === 'text_delta' ? (piece.delta.text ?? '') : ''));
  return {
    text: [...whole, ...deltas].join(''),
    stop:
      pieces.map((piece) => piece.stop_reason ?? piece.delta?.stop_reason).findLast((reason) => reason) ??
      undefined,
    done,
    error: pieces.find((piece) => piece.type === 'error')?.error,
  };
}

interface ResponsesPiece {
  readonly type?: string;
  readonly error?: unknown;
  readonly delta?: string;
  readonly status?: string;
  readonly output?: readonly { readonly content?: readonly { readonly text?: string }[] }[];
  readonly response?: { readonly status?: string; readonly error?: unknown };
}
interface GeminiPiece {
  readonly error?: unknown;
  readonly candidates?: readonly {
    readonly content?: { readonly parts?: readonly { readonly text?: string; readonly thought?: boolean }[] };
    readonly finishReason?: string;
  }[];
}

const ENDS = /^response\.(?:completed|incomplete)$/;

function readResponses(pieces: readonly ResponsesPiece[], streamed: boolean): ReadAnswer {
  const deltas = pieces.map((piece) => (piece.type === 'response.output_text.delta' ? piece.delta : ''));
  const whole = pieces
    .flatMap((piece) => piece.output ?? [])
    .flatMap((item) => item.content?.map((part) => part.text ?? '') ?? []);
  const last = pieces.at(-1);
  const failed = pieces.find((piece) => piece.type === 'response.failed')?.response?.error;
  return {
    text: [...deltas, ...whole].join(''),
    stop: last?.response?.status ?? last?.status,
    done: !streamed || ENDS.test(last?.type ?? ''),
    error: failed ?? pieces.find((piece) => piece.error)?.error,
  };
}

function readGemini(pieces: readonly GeminiPiece[]): ReadAnswer {
  const candidates = pieces.flatMap((piece) => piece.candidates?.[0] ?? []);
  const stop = candidates.findLast((candidate) => candidate.finishReason)?.finishReason;
  const parts = candidates.flatMap((candidate) => candidate.content?.parts ?? []);
  return {
    text: parts.map((part) => (part.thought ? '' : (part.text ?? ''))).join(''),
    stop,
    done: stop !== undefined,
    error: pieces.find((piece) => piece.error)?.error,
  };
}

/** Reads a whole or streamed answer of a dialect without any library. */
export function readAnswer(dialect: ClientDialect, streamed: boolean, text: string): ReadAnswer {
  const lines = streamed ? dataLines(text) : [text];
  const pieces = lines.filter((line) => line !== '[DONE]').map((line) => JSON.parse(line) as unknown);
  switch (dialect) {
    case 'chat':
      return readChat(pieces as ChatPiece[], !streamed || lines.at(-1) === '[DONE]');
    case 'responses':
      return readResponses(pieces as ResponsesPiece[], streamed);
    case 'gemini':
      return readGemini(pieces as GeminiPiece[]);
    case 'messages': {
      const last = pieces.at(-1) as MessagesPiece | undefined;
      return readMessages(pieces as MessagesPiece[], !streamed || last?.type === 'message_stop');
    }
  }
}
