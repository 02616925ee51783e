export * from './camel-members';
export * from './gemini-path';
export * from './part-signature';
