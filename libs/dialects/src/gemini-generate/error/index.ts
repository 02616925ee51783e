export * from './render-gemini-error';
