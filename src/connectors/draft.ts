/**
 * What a connector says: the shapes between "parse, map" (pure, in the sector folders) and "match, apply".
 *
 * Dates are ISO 8601: `YYYY-MM-DD`. Instants are ISO 8601 in UTC (`2026-01-05T09:30:00.000Z`); where a source gives a
 * day only, the day stands alone, because inventing an hour would be a lie.
 */

/**
 * - `bars`: NHS Booking and Referral Standard, FHIR R4 message Bundles (JSON, NDJSON or XML)
 * - `fhir`: UK Core STU 2, FHIR R4 resources (JSON, NDJSON or XML)
 * - `csds`: Community Services Data Set v1.6 (DAPB1069), one CSV a table
 * - `asc-cld`: Adult Social Care Client Level Data, Release 2 with Release 1 spellings accepted (CSV)
 * - `oruk`: Open Referral UK v1 and v3 (HSDS-UK 3.0) feeds (JSON)
 */
export type Format = 'bars' | 'fhir' | 'csds' | 'asc-cld' | 'oruk';

export interface InFile {
  name: string;
  bytes: Buffer;
}

/**
 * One thing a file says in the hub's words, or why it could not be said.
 * `line`: 1-based line (CSV, NDJSON) or entry number (JSON). `raw`: that row or entry as text, kept for retry.
 * `field` names the source's own column or FHIR path; `reason` never repeats a value from the file.
 */
export type Mapped =
  | { ok: true; file: string; line: number; draft: Draft; raw: string }
  | { ok: false; file: string; line: number; field: string; reason: string; raw: string };

export interface PersonDraft {
  /** Ten digits without spaces, check digit proven (NHS Data Dictionary). */
  nhsNumber?: string;
  /** True only for "01 present and verified" (UKCore-NHSNumberVerificationStatusEngland, or its retired slug). */
  nhsNumberVerified?: boolean;
  givenName?: string;
  familyName?: string;
  birthDate?: string;
  deathDate?: string;
  /** As sent, upper case, single spaces. */
  postcode?: string;
  /** `system` is FHIR's ContactPointSystem: phone, email, sms, ... `safe`: nothing in the source warns against it. */
  contactPoints: { system: string; value: string; safe: boolean; note?: string }[];
  /** Accessible information (DAPB1605) and reasonable adjustments, in words. */
  needs: string[];
  /** ODS code of the registered practice. */
  practiceOds?: string;
  /** The person's number in the source's own system; meaningful only together with `system`. */
  localId?: { system: string; value: string };
}

export interface SourceRecordDraft {
  kind: 'source-record';
  person: PersonDraft;
  /** ODS code of the organisation whose record this is, when the file says. */
  organisationOds?: string;
  /** With `externalId`, names the record at its source: the same pair again is the same record. */
  system: string;
  externalId: string;
  /** FHIR resource type, CSDS table's subject, or CLD Event Type. */
  recordKind: string;
  summary: string;
  attendance?: 'ATTENDED' | 'DID_NOT_ATTEND' | 'UNABLE_TO_ATTEND' | 'CANCELLED_BY_PERSON' | 'CANCELLED_BY_SERVICE';
  /** Instant, or day. */
  occurredAt?: string;
}

export interface ReferralDraft {
  kind: 'referral';
  intent: 'new' | 'update' | 'cancel';
  /** Bundle.id, else MessageHeader.id: the same message sent twice carries the same one. */
  messageId: string;
  /** MessageHeader.source.endpoint. With `externalId` it names the referral in every later message. */
  system: string;
  externalId: string;
  senderOds?: string;
  receiverOds?: string;
  receiverFrom?: 'performer' | 'destination';
  person: PersonDraft;
  /** Keys of `vocabulary/reasons`. What matched none of them is in `note`. */
  reasons: string[];
  note?: string;
  cancelReason?: string;
  /** Instant, or day. */
  authoredAt: string;
  /** When this message was sent: Bundle.timestamp. */
  sentAt: string;
  /** Absent when the message has no Consent, or only "direct care". `shareWith`: keys of the Sector enum. */
  consent?: { givenBy: string; givenAt: string; shareWith: string[] };
}

export interface ServiceDraft {
  kind: 'service';
  /** Opaque: publishers' ids are often not UUIDs. */
  externalId: string;
  name: string;
  /** Plain text; HTML removed. */
  description?: string;
  organisation: { externalId: string; name: string; identifiers: { system: string; value: string }[] };
  status: 'active' | 'inactive';
  /** Kebab-case slugs of taxonomy terms. */
  categories: string[];
  eligibility?: string;
  /** Whole years. */
  minimumAge?: number;
  maximumAge?: number;
  /** Postcode districts (`ZZ99`) where the feed gives them, else area names. */
  areas: string[];
  costs?: string;
  languages: string[];
  assuredOn?: string;
  fundingEndsOn?: string;
  /** WGS 84, decimal degrees. */
  latitude?: number;
  longitude?: number;
  postcode?: string;
  /** Outdoor or nature-based. */
  green: boolean;
  accessibility: string[];
}

export type Draft = SourceRecordDraft | ReferralDraft | ServiceDraft;

export interface Connector {
  format: Format;
  sector: 'PRIMARY_CARE' | 'COMMUNITY_SERVICES' | 'SOCIAL_CARE' | 'VOLUNTARY';
  /** Never throws for what a file contains: whatever cannot be said comes back as `ok: false`. */
  read(files: InFile[]): AsyncGenerator<Mapped>;
}
