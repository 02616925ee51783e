export * from './domain/types';
