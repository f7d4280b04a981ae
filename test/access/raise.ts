import { asIdentity, sql } from '../../src/database';
import type { TestHub } from '../support/hub';
import type { Caller } from '../support/network';
import { consent } from '../support/people';
import { loadProgrammes } from '../support/programmes';
import { identityOf, ods, type Story } from './story';
import { standAt } from './whole-story';

/** A story, and which of its two referrals a row is about. */
export interface Told {
  hub: TestHub;
  story: Story;
  target: string;
  receiver: Caller;
  referrer: Caller;
}
/**
 * What brings an event about. `told`: the telling of the story did; `rules`: nothing raises it yet, so that its rules alone are
 * tried; `later`: neither is there yet. The test says so as soon as something raises one of the last two.
 */
type Raise = 'told' | 'rules' | 'later' | ((told: Told) => Promise<unknown>);

const move =
  (from: string, mutation: string, more: object = {}, by: 'receiver' | 'referrer' = 'receiver'): Raise =>
  async (told) => {
    await standAt(told.hub, [told.target], from);
    await told.hub.done(told[by], mutation, { referral: told.target, ...more });
  };
const attend = async ({ hub, target, receiver }: Told, attendances: string[]) => {
  for (const attendance of attendances)
    await hub.done(receiver, 'recordContact', { referral: target, at: '2026-03-02T10:00:00Z', attendance });
};
const contacts =
  (...attendances: string[]): Raise =>
  (told) =>
    attend(told, attendances);
const withdraws: Raise = ({ hub, story, target }) =>
  hub.done(story.herself, 'withdrawReferral', { referral: target, reason: 'I would rather not.' });

const dies = async ({ hub, story, target }: Told) => {
  await standAt(hub, [target], 'ACTIVE');
  await hub.done('linkWorker', 'recordDeath', { person: story.person, diedOn: '2026-03-01' }, 'person { id }');
};
const exclude = async ({ hub, story, target }: Told) => {
  const excluding = consent([], { exclude: [await hub.organisation(ods.practice)] });
  await hub.done(story.herself, 'recordConsent', { person: story.person, referral: target, consent: excluding });
};
const escalate = async ({ hub, target, receiver }: Told, basis: string) => {
  const practice = await hub.organisation(ods.practice);
  await hub.done(receiver, 'escalateToGp', { referral: target, practice, basis, facts: 'x' }, 'escalation { id }');
};

/** How each event comes about, by its kind, or by its kind and what happened, as docs/who-hears-what.md names them. */
export const raise: Record<string, Raise> = {
  REFERRAL_RECEIVED: 'told',
  ONWARD_REFERRAL_CREATED: 'told',
  CARE_TEAM_JOINED: 'told',
  REFERRAL_ACCEPTED: move('RECEIVED', 'acceptReferral'),
  REFERRAL_DECLINED: move('RECEIVED', 'declineReferral', { reason: 'CAPACITY' }),
  REFERRAL_CANCELLED: move('RECEIVED', 'cancelReferral', { reason: 'No longer wanted' }, 'referrer'),
  WAITING_LIST_JOINED: move('ACCEPTED', 'placeOnWaitingList'),
  SUPPORT_STARTED: move('ACCEPTED', 'startReferral'),
  SUPPORT_PAUSED: move('ACTIVE', 'pauseReferral'),
  SUPPORT_RESUMED: move('PAUSED', 'resumeReferral'),
  REFERRAL_CLOSED: move('ACTIVE', 'closeReferral', { result: 'OTHER', planDeclined: true }),
  'REFERRAL_CLOSED, the person has died': (told) => dies(told),
  'SUPPORT_RESUMED, the death was a mistake': async (told) => {
    await dies(told);
    await told.hub.done('linkWorker', 'voidEntry', { entry: told.target, reason: 'Another person of that name' });
  },
  OUTCOME_RECORDED: move('ACTIVE', 'recordMeasurement', {
    instrument: 'UCLA-3',
    occasion: 'DISCHARGE',
    score: 5,
    takenOn: '2026-03-02',
  }),
  REVIEW_DUE: async (told) => {
    await standAt(told.hub, [told.target], 'ACTIVE');
    await attend(told, Array<string>(12).fill('ATTENDED'));
  },
  FUNDING_ENDING: async ({ hub, target }) => {
    await hub.database.asAdmin(
      'update hub.service set funding_ends_on = current_date + 5 where id = (select service_id from hub.referral where id = $1)',
      [target.slice(4)],
    );
    await hub.database.asAdmin('select hub.warn_of_funding()');
  },
  CHOICES_RECORDED: async ({ hub, target, receiver }) => {
    const service = await hub.service({ id: 'menu', organisation: ods.otherCharity });
    await standAt(hub, [target], 'ACTIVE');
    await hub.done(receiver, 'recordChoices', { referral: target, choices: [{ service, decision: 'OFFERED' }] });
  },
  'CRISIS_ESCALATED, to her practice': (told) => escalate(told, 'CONSENT'),
  'CRISIS_ESCALATED, past her exclusion': async (told) => {
    await exclude(told);
    await escalate(told, 'VITAL_INTERESTS');
  },
  'POSSIBLE_ACTIVE_REFERRAL, somebody else refers her': async ({ hub, story }) => {
    const person = { nhsNumber: story.nhsNumber };
    const [receiver, reasons] = [await hub.organisation('ZR1'), ['volunteering']];
    await hub.done('council', 'createReferral', {
      person,
      receiver,
      reasons,
      route: 'social-care',
      consent: consent(),
    });
  },
  'MESSAGE_POSTED, to the referrer': async ({ hub, target, receiver }) =>
    hub.done(receiver, 'postMessage', { referral: target, text: 'Please call.', to: [await hub.organisation(ods.gp)] }),
  CAPACITY_CHANGED: async ({ hub }) => {
    const service = await hub.service({ id: 'capacity', organisation: ods.otherCharity });
    await hub.done('otherCharity', 'updateCapacity', { service, placesLeft: 4 });
  },
  SERVICE_PARAMETERS_CHANGED: async ({ hub }) => {
    await loadProgrammes(hub);
    const [programme] = await hub.database.asAdmin<{ id: string }>(
      "select id from hub.programme where key = 'pcn-link-workers'",
    );
    await hub.done('linkWorker', 'publishServiceParameters', { programme: `prg_${programme?.id}`, version: 2 });
  },
  WRITEBACK_FAILED: 'later',
  RESULTS_CLAIM_SUBMITTED: 'later',
  SOURCE_RECORD_CHANGED: async ({ hub, story, target }) => {
    const person = { nhsNumber: story.nhsNumber, postcode: 'HA1 9ZZ' };
    const record = {
      system: 'urn:test',
      externalId: target,
      recordKind: 'Patient',
      summary: 'Moved',
      rawHash: 'new',
      person,
    };
    const news = { receiver: (await hub.organisation(ods.linkWorker)).slice(4), reasons: ['volunteering'] };
    const refresh = sql('test.refresh', 'select hub.refresh_referral($1, $2, $3)');
    await asIdentity(hub.hub.services.database, await identityOf(hub, 'gp'), (tx) =>
      tx.query(refresh, [target.slice(4), JSON.stringify(record), JSON.stringify(news)]),
    );
  },
  'ATTENDANCE_RECORDED, attended': contacts('ATTENDED'),
  'ATTENDANCE_RECORDED, first miss': contacts('DID_NOT_ATTEND'),
  'ATTENDANCE_RECORDED, second miss': contacts('DID_NOT_ATTEND', 'UNABLE_TO_ATTEND'),
  'REENGAGEMENT_DUE, second miss': contacts('DID_NOT_ATTEND', 'UNABLE_TO_ATTEND'),
  'CONSENT_CHANGED, consent given': ({ hub, story, target }) =>
    hub.done('linkWorker', 'recordConsent', { person: story.person, referral: target, consent: consent() }),
  'CONSENT_CHANGED, the person withdraws': withdraws,
  'ACCESS_ENDED, the person withdraws': withdraws,
  'ACCESS_ENDED, consent runs out': async ({ hub, target }) => {
    await hub.database.asAdmin(
      "update hub.referral_party set expires_on = current_date - 1 where referral_id = $1 and 'CARE_TEAM' = any (roles)",
      [target.slice(4)],
    );
    await hub.database.asAdmin('select hub.expire_access()');
  },
  'ACCESS_ENDED, the person excludes the practice': (told) => exclude(told),
};
