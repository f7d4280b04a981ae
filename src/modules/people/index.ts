export * from './person.inputs';
export * from './person.resolver';
export * from './person.type';
export * from './viewer';
