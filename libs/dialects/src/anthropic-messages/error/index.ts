export * from './render-messages-error';
