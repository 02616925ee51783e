export * from './gemini-tap';
export * from './read-gemini-answer';
