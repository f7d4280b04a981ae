export * from './consent.resolver';
export * from './consent.service';
export * from './consent.type';
