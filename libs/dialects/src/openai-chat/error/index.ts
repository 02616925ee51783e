export * from './render-chat-error';
