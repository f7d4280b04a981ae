/**
 * Who is shown which field of the schema: DESIGN section 4, "Columns", field by field. A line is about fields of a type,
 * or about all of them (*); its cells stand for the seats below, in their order; the words behind are the reason viewers are given.
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
Query.{organisation,organisations,network,service,services,programmes}      aaaa aaaa a-aa
Query.{referralReasons,referralRoutes,reasonCodes,instruments,bankHolidays} aaaa aaaa a-aa
Query.{viewer,eligibilityCheck,signpostCounts} aaaa aaaa aaaa
Query.{node,referral,referrals}  aaaa aaaa ----
Query.{person,caseload}          aa-- aaa- ----
Query.{personByNhsNumber,openLoops,practiceShares} aa-- a-a- ----
Query.messageAudience            aa-- aaaa ----
Query.covers                     a--- a--- ----
Query.{routeCounts,serviceLoads,unmetNeed} ---- ---- --a-
Query.feedback                   aaaa aaaa a-a-
Subscription.feedback            aaaa aaaa a-a-
Subscription.networkActivity     ---- ---- --a- (untold)
Query.escalations                aa-- a-a- ----
Query.{myReferral,myFeedback,myAccessLog,myProxies} ---- ---- -a--

Organisation.*                   aaaa aaaa a-aa
OrganisationEnd.*                aaaa aaaa a-aa
Identifier.*                     aaaa aaaa a-aa
Network.*                        aaaa aaaa a-aa
Practitioner.{id,name,jobTitle,organisation,leftOn,specialism} aaaa aaaa a-aa
Practitioner.caseload            aa-- aaa- ----
Caseload.*                       aa-- aaa- ----
Cover.*                          a--- a--- ----
Service.{id,name,description,organisation,categories,acceptingReferrals,paused,placesLeft,waitingListLength,eligibility,costs,languages,assuredOn,stale,fundingEndsOn,green,overcomes,programme} aaaa aaaa a-aa
Service.load                     ---- -a-- ----
ServiceLoad.*                    ---- -a-- ----
ResponseLimit.*                  aaaa aaaa a-aa
Programme.*                      aaaa aaaa a-aa
ProgrammeParameters.*            aaaa aaaa a-aa
CohortRule.*                     aaaa aaaa a-aa
PracticeShare.*                  aa-- a-a- ----
Eligibility.{services,refusals}  aaaa aaaa a-aa
Eligibility.notAnEmergencyService aaaa aaaa aaaa
Refusal.*                        aaaa aaaa a-aa
ReferralReason.*                 aaaa aaaa a-aa
ReasonCode.*                     aaaa aaaa a-aa
ReferralRoute.*                  aaaa aaaa a-aa
Instrument.*                     aaaa aaaa a-aa
InstrumentItem.*                 aaaa aaaa a-aa
BankHoliday.*                    aaaa aaaa a-aa

RouteCount.*                     ---- ---- --a-
ServiceLoadCount.*               ---- ---- --a-
SignpostCounts.*                 ---- ---- --a-
ReasonCount.*                    ---- ---- --a-
ServiceCount.*                   ---- ---- --a-
UnmetNeed.*                      ---- ---- --a-
NetworkActivity.*                ---- ---- --a- (untold)
SuppressedCount.*                ---- ---- --a-

Viewer.{organisation,roles,sector,networks} aaaa aaaa a-aa
Viewer.tokenExpiresAt            aaaa aaaa aaaa
Viewer.practitioner              aaaa aaaa a-aa (untold)
Viewer.purpose                   aaaa aaaa aaaa (untold)
Viewer.person                    ---- ---- -a--

Person.{id,name,birthDate,postcodeDistrict} aa-- aaa- -a--
Person.nhsNumber                 aa-- ara- -a-- An NHS number is never shown to a voluntary organisation.
Person.{contactPoints,needs,records,referrals} aa-- aaa- ----
Person.{registeredPractice,consents} aa-- a-a- ----
Person.redactions                ---- -a-- ----
Person.permittedChannels         aa-- aaa- ----
Person.hiddenAddress             aa-- aaa- -a--
Person.proxies                   ---- ---- -a--
Proxy.{id,relationship,scopes,createdAt,expiresOn} a--- a--- -a--
Proxy.endedAt                    ---- ---- -a--
MyReferral.*                     ---- ---- -a--
SharedWith.*                     ---- ---- -a--
MyFeedbackEvent.*                ---- ---- -a--
AccessLogEntry.*                 ---- ---- -a--
ContactPoint.*                   aa-- aaa- ----
SourceRecord.*                   aa-- aaa- ----
Consent.{id,givenBy,givenAt,shareWith,purpose,expiresOn,withdrawnAt,referral,lawfulBasis,competenceAssessed,expiresSoon} aa-- a-a- ----
Consent.{recipients,categories}  a--- a--- ----

Referral.{id,reference,version,kind,status,disclosure,receivedAt,updatedAt,loop,outcome} aaaa aaaa ----
Referral.allowedActions          aaa- aaaa ----
Referral.person                  aorr aaor ---- Only your own records of this person are shown.
Referral.reasons                 aaar aaaa ---- Reasons go to the referrer and the registered practice at this disclosure.
Referral.route                   aarr arar ---- The route is not part of what this party may know.
Referral.{referrer,decline,plan} aaar aaaa ---- Shown to the referrer, the registered practice and those who provide the support.
Referral.{receiver,linkWorker,service} aarr aarr ---- Shown to the parties of this referral itself.
Referral.{response,programme}    aa-- aa-- ----
Referral.parent                  ---- a-aa ----
Referral.onward                  aaa- ---- ----
Referral.previous                aa-- a--- ----
Referral.{waitingSince,waitingDays} arrr aarr ---- Waits are shown to those who provide the support.
Referral.waitingPosition         arrr rarr ---- The place on a waiting list is shown to whoever keeps the list.
Referral.preparation             arrr aarr ---- Shown to those who provide the support.
Referral.{contacts,measurements,choices,extensions} arrr aorr ---- Only entries your organisation wrote are shown.
Referral.notes                   aooo aooo ---- Only entries your organisation wrote, or that are addressed to it, are shown.
Referral.reviewDue               arrr arrr ---- Reviews are for those with full disclosure.
Referral.redactions              -aaa aaaa ----
Referral.escalations             aa-- ---- ----
Escalation.{id,at,basis,practice,facts,person,raisedBy,override,alerts} aa-- aaa- ----
Escalation.{acknowledgedAt,acknowledgedBy,acknowledgement} aa-- a-a- ----
# for the role safeguarding, which none of these tokens carries: test/modules/safeguarding.test.ts
Referral.safeguardingNotes       ---- ---- ----
SafeguardingNote.*               ---- ---- ----
LoopEntry.*                      aaaa aaaa ----
ReferralResponse.*               aa-- aa-- ----
Decline.*                        aaa- aaaa ----
Note.{id,text,at,author,to}      aaaa aaaa ----
Note.{recordedInErrorAt,recordedInErrorReason} a--- aa-- ----
Contact.*                        a--- aa-- ----
Measurement.*                    a--- aa-- ----
MeasurementItem.*                a--- aa-- ----
MeasurementReading.*             a--- aa-- ----
Choice.*                         a--- aa-- ----
Preparation.*                    a--- aa-- ----
Extension.*                      a--- aa-- ----
Plan.*                           aaa- aaaa -a--
Goal.*                           aaa- aaaa -a--
Outcome.{result,planDeclined,closedAt} aaaa aaaa ----
Outcome.summary                  arrr aarr ---- The summary is shown to its author and those with full disclosure.
Outcome.contacts                 arrr aarr ---- Shown to those who provide the support.
Outcome.selfManagementPlan       aaar aaaa ---- Shown to the referrer, the registered practice and those who provide the support.

FeedbackEvent.{id,sequence,previousSequence,cursor,kind,occurredAt,disclosure,summary,reference,referral,requiresAcknowledgement} aaaa aaaa ----
FeedbackEvent.actor              aa-- aa-- ----
FeedbackEvent.service            ---- a--- ----
FeedbackEvent.escalation         aa-- ---- ----
FeedbackEvent.{contact,measurement} a--- aa-- ----
FeedbackEvent.programme          aaaa aaaa a-a- (untold)

Mutation.{acceptReferral,declineReferral,placeOnWaitingList,startReferral,pauseReferral,resumeReferral,closeReferral,assignReferral} appp papp ----
Mutation.{createOnwardReferral,recordContact,recordMeasurement,recordChoices,recordPlan,extendSupport} appp papp ----
Mutation.recordPreparation       appp aapp ----
Mutation.cancelReferral          papp appp ----
Mutation.withdrawReferral        aaap aaaa -a--
Mutation.{recordConsent,withdrawConsent} a--- a--- -a--
Mutation.createReferral          aa-- aaa- --p-
Mutation.recordPracticeChange    aa-- apa- --p-
Mutation.recordDeath             aa-- apa- -pp-
Mutation.voidEntry               a--- pa-- -pp-
Mutation.postMessage             aaaa aaaa -pp-
Mutation.acknowledgeFeedback     aaaa aaaa ----
Mutation.recordSignpost          aaaa aaaa a-p-
Mutation.updateCapacity          pppp papp p-pp
Mutation.publishServiceParameters pppp papp p-a-
Mutation.setResponseLimit        ---- -a-- ----
Mutation.setCover                aa-- aaa- -pp-
Mutation.setPracticeShare        appp appp p-p-
Mutation.nameRoute               pppp pppp p-ap
Mutation.escalateToGp            appp aapp ----
Mutation.acknowledgeEscalation   pa-- p-a- -pp-
Mutation.recordSafeguardingNote  appp appp -pp-
Mutation.requestEmergencyAccess  aapp apap ppp-
Mutation.selfRefer               pppp pppp papp
Mutation.recordProxy             a--- a--- -ap-
Mutation.endProxy                ---- ---- -a--
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
    .filter((line) => line.trim() && !line.startsWith('#'))
    .flatMap((line) => {
      const found =
        /^(\w+)\.(\*|\w+|\{[\w,]+\}) +([aorp-]{4}) ([aorp-]{4}) ([aorp-]{4})(?: +(\(untold\)))?(?: +(.*))?$/.exec(line);
      if (!found) throw new Error(`not a rule: ${line}`);
      const [, type = '', names = '', root = '', onward = '', others = '', untold, reason = ''] = found;
      const rule = { cells: [...(root + onward + others)] as Cell[], untold: untold !== undefined, reason };
      return names
        .replace(/[{}]/g, '')
        .split(',')
        .map((name) => [`${type}.${name}`, rule] as const);
    }),
);

/** The rule of a field: its own, or that of all fields of its type. */
export const ruleOf = (field: string): Rule | undefined => rules.get(field) ?? rules.get(`${field.split('.')[0]}.*`);
