export * from './chance';
export * from './errors';
export * from './glob';
export * from './ids';
export * from './json';
export * from './money';
export * from './secret';
export * from './time';
