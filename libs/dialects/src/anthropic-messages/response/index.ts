export * from './decode-messages-response';
export * from './encode-messages-response';
