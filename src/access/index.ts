export * from './audit';
export * from './authenticate';
export * from './demo-key';
export * from './viewer';
export * from './revocation';
