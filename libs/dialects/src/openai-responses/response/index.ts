export * from './decode-responses-response';
export * from './encode-responses-response';
