export * from './restore-machine';
export * from './restore-response';
