export * from './counting.resolver';
export * from './counting.type';
