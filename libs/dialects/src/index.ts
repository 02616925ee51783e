export * from './dialect';
export * from './envelope-shapes';
export * from './registry';
export { toCountTokensBody } from './anthropic-messages/request';
