export { FeedbackKind } from './feedback.kinds';
export * from './feedback.resolver';
export * from './feedback.service';
export * from './feedback.type';
