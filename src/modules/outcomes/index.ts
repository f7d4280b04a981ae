export * from './outcome.inputs';
export * from './outcome.resolver';
export * from './outcome.service';
export * from './outcome.type';
