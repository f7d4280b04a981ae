import { attempt, Refused } from '../read/attempt';
import { readFhirTime } from '../read/dates';
import { get, isObject, list, text, type JsonObject } from '../read/values';
import { isSnomed, SOCIAL_PRESCRIBING_REFERRAL } from '../vocabulary/snomed';
import { codings, entriesOf, fhirDocuments, References, typeOf, type Entry } from './fhir';
import { personByIdentifier, personOf } from './patient';
import { cancelReasonOf, consentOf, reasonsAndNote } from './referral-parts';
import type { Connector, InFile, Mapped, PersonDraft, ReferralDraft } from '../draft';

/**
 * NHS Booking and Referral Standard: the `servicerequest-request` message, which opens, changes and takes back a
 * referral. Everything else a BaRS endpoint may be sent is refused by name, so that its sender can be answered.
 */
export const bars: Connector = {
  format: 'bars',
  sector: 'PRIMARY_CARE',
  async *read(files: InFile[]): AsyncGenerator<Mapped> {
    for (const file of files) {
      for (const document of fhirDocuments(file)) {
        yield 'ok' in document ? document : attempt(document, () => referralOf(document.value));
      }
    }
  },
};

interface Message {
  bundle: JsonObject;
  header: JsonObject;
  headerUrl?: string;
  request: JsonObject;
  requestUrl?: string;
  references: References;
}

export function referralOf(bundle: unknown): ReferralDraft {
  const message = open(bundle);
  const { request, references } = message;
  const intent = intentOf(message);
  requireReferral(request);
  requireSocialPrescribing(message, intent);
  const receiver = receiverOf(message);
  if (intent === 'new' && !receiver.receiverOds) {
    throw new Refused(
      'ServiceRequest.performer',
      'neither performer nor MessageHeader.destination leads to an ODS code',
    );
  }
  const authoredAt = timeOf(message, ['authoredOn', 'timestamp']);
  return {
    kind: 'referral',
    intent,
    ...namesOf(message),
    senderOds: references.odsOf(request.requester, request) ?? references.odsOf(message.header.sender, message.header),
    ...receiver,
    person: subjectOf(message, intent),
    ...reasonsAndNote(request, references),
    cancelReason: intent === 'cancel' ? cancelReasonOf(request, references) : undefined,
    authoredAt,
    sentAt: timeOf(message, ['timestamp', 'authoredOn']),
    consent: intent === 'cancel' ? undefined : consentOf(references, authoredAt),
  };
}

function open(bundle: unknown): Message {
  if (!isObject(bundle) || typeOf(bundle) !== 'Bundle') throw new Refused('Bundle', 'a BaRS message is a FHIR Bundle');
  if (text(bundle, 'type') !== 'message')
    throw new Refused('Bundle.type', 'a BaRS message is a Bundle of type message');
  const entries = entriesOf(bundle).filter((entry) => entry !== undefined);
  const references = new References();
  entries.forEach((entry) => references.add(entry));
  const head = entries.find((entry) => typeOf(entry.resource) === 'MessageHeader');
  if (!head) throw new Refused('MessageHeader', 'the message has no header');
  if (text(head.resource, 'eventCoding', 'code') !== 'servicerequest-request') {
    throw new Refused('MessageHeader.eventCoding', 'only servicerequest-request opens or changes a referral');
  }
  const focus = focusOf(head.resource, entries, references);
  const { resource: header, fullUrl: headerUrl } = head;
  return { bundle, header, headerUrl, request: focus.resource, requestUrl: focus.fullUrl, references };
}

function focusOf(header: JsonObject, entries: Entry[], references: References): Entry {
  const requests = entries.filter((entry) => typeOf(entry.resource) === 'ServiceRequest');
  const named = list(header.focus).map((reference) => references.resolve(reference, header));
  const found =
    requests.find((entry) => named.includes(entry.resource)) ?? (requests.length === 1 ? requests[0] : null);
  if (!found) throw new Refused('MessageHeader.focus', 'the message does not say which ServiceRequest it is about');
  return found;
}

/** A revoked status takes a referral back; so does a deletion, and an entry made in error. */
function intentOf({ header, request }: Message): ReferralDraft['intent'] {
  const reason = codings(header.reason).find((coding) => ['new', 'update', 'delete'].includes(coding.code ?? ''))?.code;
  if (!reason) throw new Refused('MessageHeader.reason', 'the reason is none of new, update and delete');
  const status = text(request, 'status');
  if (reason === 'delete' || status === 'entered-in-error') return 'cancel';
  if (reason === 'update') return status === 'revoked' ? 'cancel' : 'update';
  if (status === 'revoked' || status === 'completed') {
    throw new Refused('ServiceRequest.status', 'a new referral cannot already be revoked or completed');
  }
  return 'new';
}

function requireReferral(request: JsonObject): void {
  const kinds = codings(request.category).filter((each) => /message-category-servicerequest$/.test(each.system ?? ''));
  if (!kinds.some((each) => each.code === 'referral')) {
    throw new Refused('ServiceRequest.category', 'the category is not referral; validation requests are not taken');
  }
}

/** BaRS has no use case for social prescribing, so the procedure code says it. A cancellation may leave it out. */
function requireSocialPrescribing({ request, references }: Message, intent: ReferralDraft['intent']): void {
  const isOurs = (concepts: unknown) =>
    codings(concepts).some((each) => isSnomed(each.system) && each.code === SOCIAL_PRESCRIBING_REFERRAL);
  const elsewhere = [request.category, ...references.all('Task').map((task) => task.code)];
  const asked = codings(request.code);
  if (isOurs(request.code) || (!asked.length && elsewhere.some(isOurs))) return;
  if (intent !== 'new' && !asked.length) return;
  throw new Refused(
    'ServiceRequest.code',
    `the request is not for social prescribing (SNOMED CT ${SOCIAL_PRESCRIBING_REFERRAL})`,
  );
}

function receiverOf({ header, request, references }: Message): Pick<ReferralDraft, 'receiverOds' | 'receiverFrom'> {
  for (const performer of list(request.performer)) {
    const receiverOds = references.odsOf(performer, request);
    if (receiverOds) return { receiverOds, receiverFrom: 'performer' };
  }
  for (const destination of list(header.destination)) {
    const receiverOds = references.odsOf(get(destination, 'receiver'), header);
    if (receiverOds) return { receiverOds, receiverFrom: 'destination' };
  }
  return {};
}

function namesOf({ bundle, header, headerUrl, request, requestUrl }: Message) {
  const messageId = text(bundle, 'id') ?? text(header, 'id') ?? withoutPrefix(headerUrl);
  if (!messageId) throw new Refused('Bundle.id', 'the message has no id, so a repeat could not be told from a new one');
  const system = text(header, 'source', 'endpoint');
  if (!system) throw new Refused('MessageHeader.source.endpoint', 'the sending system is not named');
  const externalId = text(request, 'id') ?? text(request, 'identifier', 'value') ?? withoutPrefix(requestUrl);
  if (!externalId) throw new Refused('ServiceRequest.id', 'the request has no id, identifier or fullUrl');
  return { messageId, system, externalId };
}

function withoutPrefix(fullUrl: string | undefined): string | undefined {
  return fullUrl?.replace(/^urn:uuid:/i, '') || undefined;
}

/** A cancellation may leave the person out: the referral it names already has one. */
function subjectOf({ request, references }: Message, intent: ReferralDraft['intent']): PersonDraft {
  const patient = references.resolve(request.subject, request);
  if (patient && typeOf(patient) === 'Patient') return personOf(patient, references);
  const known = personByIdentifier(get(request.subject, 'identifier'), 'ServiceRequest.subject.identifier');
  if (known) return known;
  if (intent === 'cancel') return { contactPoints: [], needs: [] };
  throw new Refused('ServiceRequest.subject', 'the message holds no Patient for the subject, and no NHS number');
}

/** BaRS demands both; messages in the field lack either, and then the other is close enough. */
function timeOf({ bundle, header, request }: Message, preferred: ('authoredOn' | 'timestamp')[]): string {
  const written = { authoredOn: text(request, 'authoredOn'), timestamp: text(bundle, 'timestamp') };
  for (const each of [...preferred.map((name) => written[name]), text(header, 'meta', 'lastUpdated')]) {
    const time = readFhirTime(each);
    if (time && time !== 'partial') return time;
  }
  throw new Refused(
    'ServiceRequest.authoredOn',
    'no readable time with an offset here, in Bundle.timestamp or the header',
  );
}
