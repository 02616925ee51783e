export * from './active-calls';
export * from './call-context';
export * from './count-tokens';
export * from './endpoints';
export * from './error-reply';
export * from './handle-call';
export * from './ports';
export * from './response-headers';
