export * from './message.resolver';
export * from './message.service';
export * from './message.type';
