export * from './audit';
export * from './authenticate';
export * from './demo-key';
export * from './organisation';
export * from './viewer';
export * from './revocation';
