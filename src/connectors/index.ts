export * from './apply/outcome';
export * from './draft';
export * from './import';
export * from './inbox';
export * from './network';
export { applyReferral } from './apply/referral';
export { bars } from './primary-care/bars';
