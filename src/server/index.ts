export * from './hub';
export * from './schema';
