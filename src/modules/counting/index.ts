export * from './counting.resolver';
export * from './counting.type';
export * from './activity';
export * from './activity.type';
