export * from './decode-gemini-response';
export * from './encode-gemini-response';
