export * from './crisis.resolver';
export * from './crisis.service';
export * from './escalation.type';
