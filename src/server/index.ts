export * from './hub';
export * from './schema';
export { badAddress, secretOf } from './webhooks';
