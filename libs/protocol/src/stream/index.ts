export * from './block-rules';
export * from './events';
export * from './fold';
export * from './grammar';
export * from './machine';
export * from './meter';
export * from './unfold';
