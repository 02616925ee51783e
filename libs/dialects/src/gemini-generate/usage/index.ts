export * from './gemini-usage';
export * from './write-gemini-usage';
