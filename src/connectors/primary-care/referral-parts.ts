import { maskNhsNumbers } from '../../kernel/nhs-number';
import { Refused } from '../read/attempt';
import { readFhirTime } from '../read/dates';
import { get, list, text, unique, type JsonObject } from '../read/values';
import { findReason } from '../vocabulary/reasons';
import { findSector } from '../vocabulary/sectors';
import { codings, hasCode, typeOf, wordsOf, type References } from './fhir';
import type { ReferralDraft } from '../draft';

/** The parts of a BaRS message that say why, what more, and with whose consent. */

/** Reasons the hub knows, and in the note the words of all others: what a referrer wrote is never dropped. */
export function reasonsAndNote(request: JsonObject, references: References): Pick<ReferralDraft, 'reasons' | 'note'> {
  const concepts = [
    ...list(request.reasonCode),
    ...list(request.reasonReference).map((reference) => reasonAt(reference, request, references)),
  ];
  const read = concepts.map(readReason);
  const note = unique([...read.flatMap((each) => each.words), ...notesOf(request, references)]).join('\n');
  return { reasons: unique(read.flatMap((each) => each.keys)), note: maskNhsNumbers(note) || undefined };
}

/** A reference that leads nowhere in the message may still say what it means. */
function reasonAt(reference: unknown, holder: unknown, references: References): unknown {
  return get(references.resolve(reference, holder), 'code') ?? { text: text(reference, 'display') };
}

function readReason(concept: unknown): { keys: string[]; words: string[] } {
  const keys: string[] = [];
  const words: string[] = [];
  for (const said of wordsOf(concept)) {
    const reason = findReason(said);
    if (reason) keys.push(reason.key);
    if (!reason?.exact) words.push(said);
  }
  for (const { code, display } of codings(concept)) {
    const reason = code ? findReason(code) : undefined;
    if (reason) keys.push(reason.key);
    else if (code && !display && !text(concept, 'text')) words.push(`Reason code ${code}`);
  }
  return { keys: unique(keys), words };
}

function notesOf(request: JsonObject, references: References): (string | undefined)[] {
  const plans = references.all('CarePlan');
  const activities = plans.flatMap((plan) => list(plan.activity));
  return [
    ...annotations(request),
    ...references.all('Task').flatMap((task) => [text(task, 'description'), ...annotations(task)]),
    ...plans.flatMap((plan) => [text(plan, 'description'), ...annotations(plan)]),
    ...activities.map((activity) => text(activity, 'detail', 'description')),
    ...activities.flatMap((activity) =>
      list(get(activity, 'outcomeCodeableConcept')).map((each) => text(each, 'text')),
    ),
  ];
}

function annotations(resource: JsonObject): (string | undefined)[] {
  return list(resource.note).map((note) => text(note, 'text'));
}

/** Why a referral was taken back: R4 has no element for it, so senders use an extension, a Task or a note. */
export function cancelReasonOf(request: JsonObject, references: References): string | undefined {
  const stated = list(request.extension).filter((each) => /statusReason$/i.test(text(each, 'url') ?? ''));
  const said = [
    ...stated.flatMap((each) => wordsOf(get(each, 'valueCodeableConcept'))),
    ...references.all('Task').flatMap((task) => wordsOf(task.statusReason)),
    ...annotations(request),
  ].find(Boolean);
  return said && maskNhsNumbers(said);
}

/** None when the message has no Consent of its own or only "direct care", which is not the person's word. */
export function consentOf(references: References, authoredAt: string): ReferralDraft['consent'] {
  const given = references.all('Consent').filter((each) => !hasCode(each.category, 'consent-categories-bars', 'DRC'));
  if (given.some((each) => text(each, 'status') === 'rejected')) {
    throw new Refused('Consent.status', 'the person refused consent; nothing is opened on a refusal');
  }
  const consent = given.find((each) => text(each, 'status') === 'active');
  if (!consent) return undefined;
  const givenAt = readFhirTime(text(consent, 'dateTime'));
  return {
    givenBy: giverOf(consent, references),
    givenAt: givenAt && givenAt !== 'partial' ? givenAt : authoredAt,
    shareWith: sectorsOf(consent, references),
  };
}

function giverOf(consent: JsonObject, references: References): string {
  const performer = list(consent.performer)[0];
  const giver = references.resolve(performer, consent);
  if (!performer || typeOf(giver) === 'Patient') return 'patient';
  return text(performer, 'display') ?? typeOf(giver)?.toLowerCase() ?? 'not stated';
}

const SHARE_WITH = 'urn:loopwell:share-with';

/** Sectors named by the actors of what the person permits; a denial names nobody. */
function sectorsOf(consent: JsonObject, references: References): string[] {
  const root = get(consent, 'provision');
  if (text(root, 'type') === 'deny') return [];
  const permitted = [root, ...list(get(root, 'provision')).filter((each) => text(each, 'type') === 'permit')];
  const actors = permitted.flatMap((provision) => list(get(provision, 'actor')));
  const said = actors.flatMap((actor) => [
    ...codings(get(actor, 'role')).flatMap((coding) => [coding.code, coding.display]),
    text(actor, 'role', 'text'),
    text(actor, 'reference', 'display'),
    text(actor, 'reference', 'identifier', 'value'),
    text(references.resolve(get(actor, 'reference'), consent), 'name'),
  ]);
  // the hub's own way to say it, where a sender can: a purpose code a sector
  const purposes = permitted.flatMap((provision) => list(get(provision, 'purpose')));
  const coded = purposes.filter((each) => text(each, 'system') === SHARE_WITH).map((each) => text(each, 'code'));
  return unique([...said, ...coded].map((each) => (each ? findSector(each) : undefined)));
}
