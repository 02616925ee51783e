export * from './responses-usage';
