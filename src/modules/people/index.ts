export * from './person.inputs';
export * from './person.resolver';
export * from './person.type';
export * from './proxy.resolver';
export * from './proxy.service';
export * from './proxy.type';
export * from './viewer';
