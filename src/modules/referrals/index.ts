export * from './movement.service';
export * from './opening.service';
export * from './referral.enums';
export * from './referral.inputs';
export * from './referral.resolver';
export * from './referral.type';
export { lockReferral, type ReferralState } from './referral.store';
export * from './response.resolver';
export * from './response.type';
