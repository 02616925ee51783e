export * from './chat-tap';
export * from './read-chat-answer';
