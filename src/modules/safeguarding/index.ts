export * from './safeguarding.resolver';
export * from './safeguarding.service';
export * from './safeguarding.type';
