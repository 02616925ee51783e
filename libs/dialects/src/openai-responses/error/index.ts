export * from './render-responses-error';
