export * from './completion-stream-encoder';
export * from './decode-completion-request';
export * from './encode-completion';
