export * from './custom-tool';
export * from './emulate-output';
export * from './object-schema';
export * from './output-schema';
export * from './strict-schema';
