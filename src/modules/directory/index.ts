export * from './barrier';
export * from './service.resolver';
export * from './service.type';
