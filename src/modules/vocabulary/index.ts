export * from './vocabulary.resolver';
export * from './vocabulary.type';
