export * from './rerank';
export * from './rerank-front';
export * from './rerank-wires';
