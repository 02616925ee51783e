export * from './messages-tap';
export * from './read-messages-answer';
