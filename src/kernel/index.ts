export * from './cursor';
export * from './ids';
export * from './logger';
export * from './nhs-number';
export * from './reference';
