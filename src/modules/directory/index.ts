export * from './barrier';
export * from './eligibility';
export * from './service.resolver';
export * from './service.type';
