export * from './read-chat-usage';
export * from './write-chat-usage';
