export * from './adapters/memory-cooldowns';
export * from './domain/after-failure';
export * from './domain/attempt-machine';
export * from './domain/attempt-state';
export * from './domain/plan-route';
export * from './domain/strategy';
export * from './domain/types';
export * from './strategies';
