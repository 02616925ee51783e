export * from './decode-chat-response';
export * from './encode-chat-response';
