export * from './messages-usage';
export * from './write-messages-usage';
