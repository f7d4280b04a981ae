import type { TestHub } from './hub';
import type { Caller } from './network';
import { adult, consent } from './people';

// one moment for all, so that the same index is the same input, however often it is made
const givenAt = new Date(Date.now() - 3_600_000).toISOString();

/** What opens a referral of an invented adult to the link-worker service. */
export async function referralInput(hub: TestHub, index: number, more: object = {}): Promise<object> {
  return {
    receiver: await hub.organisation('ZPC01'),
    route: 'general-practice',
    reasons: ['social-engagement-or-isolation'],
    person: adult(index),
    consent: consent(undefined, { givenAt }),
    ...more,
  };
}

/** Opens one and gives its global id. */
export async function refer(hub: TestHub, index: number, caller: Caller = 'gp', more: object = {}): Promise<string> {
  const payload = await hub.done(caller, 'createReferral', await referralInput(hub, index, more), 'referral { id }');
  return payload['referral'].id;
}
