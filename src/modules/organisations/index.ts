export * from './cover.resolver';
export * from './cover.type';
export * from './organisation.resolver';
export * from './organisation.type';
