import {
  clinicalEntries,
  consent,
  dosServiceId,
  entry,
  parties,
  patient,
  refersWithin,
  SOCIAL_PRESCRIBING,
  type Entry,
  type Ref,
} from './bars-entries';
import { END, britishInstant, minutesAfter } from './calendar';
import { coded } from './fhir';
import { cancellations } from './history';
import { organisation } from './network';
import { Random, uuid } from './random';
import { referrals, type PlannedReferral } from './referrals';
import { CANCELLED } from './texts';

type Intent = 'new' | 'update' | 'cancel';

const UPDATES = 8;
const PROFILE = 'https://fhir.nhs.uk/StructureDefinition';

/** Every message the practices sent, oldest first. */
export function barsMessages(): object[] {
  const messages = referrals.flatMap((referral) => {
    const cancelledAt = cancellations.get(referral.id);
    return [
      message(referral, 'new', referral.sentAt),
      ...(amended.has(referral.id) ? [message(referral, 'update', amendedAt(referral))] : []),
      ...(cancelledAt ? [message(referral, 'cancel', cancelledAt)] : []),
    ];
  });
  return messages.sort((a, b) => a.sentAt.getTime() - b.sentAt.getTime()).map(({ bundle }) => bundle);
}

const amended = new Set(
  new Random('bars/updates')
    .sample(
      referrals.filter((one) => !['cancelled', 'declined'].includes(one.story) && amendedAt(one) < END),
      UPDATES,
    )
    .map(({ id }) => id),
);

/** Practices notice a wrong telephone number within the half hour. */
function amendedAt(referral: PlannedReferral): Date {
  return minutesAfter(referral.sentAt, 25);
}

function message(referral: PlannedReferral, intent: Intent, sentAt: Date): { sentAt: Date; bundle: object } {
  const random = new Random(`bars/${referral.id}/${intent}`);
  const person = intent === 'update' ? { ...referral.person, landline: '020 7946 0999' } : referral.person;
  const instant = britishInstant(sentAt);
  const ref = refersWithin(referral);
  const bundle = {
    resourceType: 'Bundle',
    id: uuid(`bars/bundle/${referral.id}/${intent}`),
    meta: { versionId: '1.0.0', lastUpdated: instant, profile: [`${PROFILE}/BARSBundleMessage`] },
    type: 'message',
    timestamp: instant,
    entry: [
      { fullUrl: `urn:uuid:${uuid(`bars/header/${referral.id}/${intent}`)}`, resource: header(ref, referral, intent) },
      serviceRequest(ref, referral, intent, random),
      ...(intent === 'cancel' ? [] : clinicalEntries(ref, referral)),
      patient(ref, person),
      ...parties(ref, referral),
      ...(intent === 'cancel' ? [] : consent(ref, referral.agreement, sentAt)),
    ],
  };
  return { sentAt, bundle };
}

function header(ref: Ref, referral: PlannedReferral, intent: Intent): Entry['resource'] {
  const definition = intent === 'cancel' ? 'cancelled' : 'referral';
  return {
    resourceType: 'MessageHeader',
    meta: { profile: [`${PROFILE}/BARSMessageHeader-servicerequest-request`] },
    eventCoding: { system: 'https://fhir.nhs.uk/CodeSystem/message-events-bars', code: 'servicerequest-request' },
    destination: [
      {
        endpoint: `https://fhir.nhs.uk/Id/dos-service-id|${dosServiceId(referral.receiver)}`,
        receiver: ref('receiver'),
      },
    ],
    sender: ref('practice'),
    source: {
      name: organisation(referral.person.practice).name,
      software: 'Demo practice system',
      version: '1.0',
      contact: { system: 'phone', value: '020 7946 0100' },
      endpoint: `https://fhir.nhs.uk/Id/dos-service-id|${dosServiceId(referral.person.practice)}`,
    },
    reason: coded('https://fhir.nhs.uk/CodeSystem/message-reason-bars', intent === 'new' ? 'new' : 'update'),
    focus: [ref('service-request')],
    definition: `https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest-request-${definition}`,
  };
}

function serviceRequest(ref: Ref, referral: PlannedReferral, intent: Intent, random: Random): Entry {
  const authored = britishInstant(referral.sentAt);
  const note = intent === 'cancel' ? random.pick(CANCELLED) : referral.reasons.map(({ need }) => need).join(' ');
  return entry(ref, 'service-request', 'ServiceRequest', {
    id: referral.id,
    meta: { profile: [`${PROFILE}/BARSServiceRequest-request-referral`] },
    basedOn: intent === 'cancel' ? undefined : [ref('care-plan')],
    status: intent === 'cancel' ? 'revoked' : 'active',
    intent: 'plan',
    category: [coded('https://fhir.nhs.uk/CodeSystem/message-category-servicerequest', 'referral', 'Transfer of Care')],
    priority: 'routine',
    code: SOCIAL_PRESCRIBING,
    subject: ref('patient'),
    encounter: intent === 'cancel' ? undefined : ref('encounter'),
    occurrencePeriod: { start: authored, end: britishInstant(minutesAfter(referral.sentAt, 28 * 24 * 60)) },
    authoredOn: authored,
    requester: ref('requester'),
    performer: [ref('healthcare-service')],
    reasonCode: referral.reasons.map(({ label }) => ({ text: label })),
    note: [{ text: note }],
  });
}
