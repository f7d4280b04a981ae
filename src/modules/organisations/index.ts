export * from './organisation.resolver';
export * from './organisation.type';
