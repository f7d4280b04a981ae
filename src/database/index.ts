export * from './database';
export * from './migrate';
export { printCatalogue } from './catalogue/print';
export * from './transaction';
export * from './listener';
export * from './sqlstates';
