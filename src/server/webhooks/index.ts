export * from './envelope';
export * from './post';
export * from './sender';
