export * from './read-responses-answer';
export * from './responses-tap';
