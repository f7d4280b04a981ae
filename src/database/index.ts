export * from './database';
export * from './migrations';
export * from './transaction';
export * from './listener';
