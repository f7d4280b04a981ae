export * from './cursor';
export * from './ids';
export * from './logger';
export * from './nhs-number';
export * from './ods';
export * from './pause';
export * from './reference';
export * from './turns';
