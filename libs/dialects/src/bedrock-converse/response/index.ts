export * from './converse-stop';
export * from './decode-converse-response';
