export * from './domain/call-trace';
export * from './domain/cost-report';
export * from './domain/estimate-usage';
export * from './domain/ledger';
export * from './domain/price-override';
export * from './domain/price-usage';
export * from './domain/prices';
