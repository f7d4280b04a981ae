export * from './eligibility.resolver';
export * from './eligibility.service';
export * from './eligibility.type';
export * from './signpost.service';
