import { Int } from 'type-graphql';
import { Column, extendType } from '../../graph';
import { Referral } from '../referrals';

// For staff alone: a person's own types hold no wait and no place.
extendType(Referral, {
  waitingDays: Column(() => Int, {
    nullable: true,
    form: 'int',
    description: 'For how many whole days it has waited; for staff of those who provide the support.',
  }),
  waitingPosition: Column(() => Int, {
    nullable: true,
    form: 'int',
    description:
      "Its place on its receiver's waiting list for the same service, or for none, longest wait first; for the receiver alone.",
  }),
});
