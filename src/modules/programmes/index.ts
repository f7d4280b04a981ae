export * from './programme.enums';
export * from './programme.resolver';
export * from './programme.service';
export * from './programme.type';
