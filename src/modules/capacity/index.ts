export * from './capacity.resolver';
export * from './capacity.service';
export * from './capacity.type';
