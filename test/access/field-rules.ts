/**
 * Who is shown which field of the schema: DESIGN section 4, "Columns", field by field. A line is a type, or a field of it that
 * differs; its cells stand for the seats below, in their order, and the words behind them are the reason the viewer is given.
 * A field without a line fails the build: the test prints the line that would describe what the hub does now, to be judged.
 *
 *   a  allowed: the viewer may be shown all of it          o  its own part alone, and a redaction says so
 *   r  redacted: nothing, and a redaction says why         -  absent: nothing, and nothing says that there is something
 *   (untold): allowed, and no story of the tests makes any yet
 *
 * Of a mutation: a  may do it to this referral; p  is told NOT_PERMITTED; -  is told what a random id is told.
 */
export const seats = [
  // of a referral by a general practice to a link worker
  { name: 'its link worker', caller: 'linkWorker', part: 'referral' },
  { name: 'its referrer, a GP', caller: 'gp', part: 'referral' },
  { name: 'the registered practice', caller: 'otherGp', part: 'referral' },
  { name: 'a council in the care team', caller: 'council', part: 'referral' },
  // of the referral on from it to a charity
  { name: 'the link worker, of the onward referral', caller: 'linkWorker', part: 'onward' },
  { name: 'its provider, a charity', caller: 'charity', part: 'onward' },
  { name: 'the GP, of the onward referral', caller: 'gp', part: 'onward' },
  { name: 'the registered practice, of the onward referral', caller: 'otherGp', part: 'onward' },
  // of the first again, by those who are no party to it
  { name: 'another charity', caller: 'otherCharity', part: 'referral' },
  { name: 'the patient', caller: 'patient', part: 'referral' },
  { name: 'an ICB', caller: 'icb', part: 'referral' },
  { name: 'a stranger without an agreement', caller: 'withoutAgreement', part: 'referral' },
] as const;
export type Seat = (typeof seats)[number];

const table = `
Query                          aaaa aaaa a-aa
Query.viewer                   aaaa aaaa aaaa
Query.node                     aaaa aaaa ----
Query.referral                 aaaa aaaa ----
Query.referrals                aaaa aaaa ----
Query.person                   aa-- aaa- ----
Query.personByNhsNumber        aa-- a-a- ----
Query.openLoops                aa-- a-a- ----
Query.feedback                 aaaa aaaa ----
Subscription                   aaaa aaaa ----

Organisation                   aaaa aaaa a-aa
Identifier                     aaaa aaaa a-aa
Network                        aaaa aaaa a-aa
Practitioner                   aaaa aaaa a-aa
Service                        aaaa aaaa a-aa
ReferralReason                 aaaa aaaa a-aa
ReferralRoute                  aaaa aaaa a-aa
Instrument                     aaaa aaaa a-aa

Viewer                         aaaa aaaa a-aa
Viewer.practitioner            aa-- aaa- ---- (untold)
Viewer.purpose                 aaaa aaaa aaaa (untold)
Viewer.person                  ---- ---- -a--
Viewer.tokenExpiresAt          aaaa aaaa aaaa

Person                         aa-- aaa- ----
Person.id                      aa-- aaa- -a--
Person.name                    aa-- aaa- -a--
Person.birthDate               aa-- aaa- -a--
Person.postcodeDistrict        aa-- aaa- -a--
Person.nhsNumber               aa-- ara- -a-- An NHS number is never shown to a voluntary organisation.
Person.registeredPractice      aa-- a-a- ----
Person.redactions              ---- -a-- ----
Person.consents                aa-- a-a- ----
ContactPoint                   aa-- aaa- ----
SourceRecord                   aa-- aaa- ----
Consent                        aa-- a-a- ----
Consent.recipients             a--- a--- ----
Consent.categories             a--- a--- ----

Referral                       aaaa aaaa ----
Referral.allowedActions        aaa- aaaa ----
Referral.person                aorr aaor ---- Only your own records of this person are shown.
Referral.reasons               aaar aaaa ---- Reasons go to the referrer and the registered practice at this disclosure.
Referral.route                 aarr arar ---- The route is not part of what this party may know.
Referral.referrer              aaar aaaa ---- Shown to the referrer, the registered practice and those who provide the support.
Referral.receiver              aarr aarr ---- Shown to the parties of this referral itself.
Referral.linkWorker            aarr aarr ---- Shown to the parties of this referral itself.
Referral.service               aarr aarr ---- Shown to the parties of this referral itself.
Referral.parent                ---- a-aa ----
Referral.onward                aaa- ---- ----
Referral.waitingSince          arrr aarr ---- Waits are shown to those who provide the support.
Referral.decline               aaar aaaa ---- Shown to the referrer, the registered practice and those who provide the support.
Referral.contacts              arrr aorr ---- Only entries your organisation wrote are shown.
Referral.measurements          arrr aorr ---- Only entries your organisation wrote are shown.
Referral.notes                 aorr aorr ---- Only entries your organisation wrote are shown.
Referral.redactions            -aaa -aaa ----
LoopEntry                      aaaa aaaa ----
Decline                        aaa- aaaa ----
Note                           aa-- aa-- ----
Contact                        a--- aa-- ----
Measurement                    a--- aa-- ----
MeasurementItem                a--- aa-- ----
Outcome                        aaaa aaaa ----
Outcome.summary                arrr aarr ---- The summary is shown to its author and those with full disclosure.
Outcome.selfManagementPlan     aaar aaaa ---- Shown to the referrer, the registered practice and those who provide the support.
Outcome.contacts               arrr aarr ---- Shown to those who provide the support.

FeedbackEvent                  aaaa aaaa ----
FeedbackEvent.actor            aa-- aa-- ----
FeedbackEvent.service          ---- a--- ----
FeedbackEvent.contact          a--- aa-- ----
FeedbackEvent.measurement      a--- aa-- ----

Mutation                       appp papp ----
Mutation.createReferral        aa-- aaa- --p-
Mutation.cancelReferral        papp appp ----
Mutation.withdrawReferral      aaap aaaa -a--
Mutation.recordConsent         a--- a--- -a--
Mutation.withdrawConsent       a--- a--- -a--
Mutation.acknowledgeFeedback   aaaa aaaa ----
`;

export type Cell = 'a' | 'o' | 'r' | 'p' | '-';
export interface Rule {
  cells: Cell[];
  untold: boolean;
  reason: string;
}

export const rules = new Map<string, Rule>(
  table
    .split('\n')
    .filter((line) => line.trim())
    .map((line) => {
      const found = /^(\S+) +([aorp-]{4}) ([aorp-]{4}) ([aorp-]{4})(?: +(\(untold\)))?(?: +(.*))?$/.exec(line.trim());
      if (!found) throw new Error(`not a rule: ${line}`);
      const [, name = '', root = '', onward = '', others = '', untold, reason = ''] = found;
      return [name, { cells: [...(root + onward + others)] as Cell[], untold: untold !== undefined, reason }];
    }),
);

/** The rule of a field: its own line, or its type's. */
export const ruleOf = (field: string): Rule | undefined => rules.get(field) ?? rules.get(field.split('.')[0] ?? '');
