import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { ascending, CalendarDate, Column, DateTime, extendType, List, Node, Reads, UserError } from '../../graph';
import { Organisation, Sector } from '../organisations';
import { Person } from '../people';

export enum LawfulBasis {
  DIRECT_CARE = 'DIRECT_CARE',
  EXPLICIT_CONSENT = 'EXPLICIT_CONSENT',
  LEGAL_OBLIGATION = 'LEGAL_OBLIGATION',
  LEGITIMATE_INTERESTS = 'LEGITIMATE_INTERESTS',
  SAFEGUARDING = 'SAFEGUARDING',
  VITAL_INTERESTS = 'VITAL_INTERESTS',
}
registerEnumType(LawfulBasis, {
  name: 'LawfulBasis',
  description: 'On what basis in law records are processed (UK GDPR): another thing than what the person agreed to.',
  valuesConfig: {
    DIRECT_CARE: { description: 'Health or social care: Articles 6(1)(e) and 9(2)(h).' },
    EXPLICIT_CONSENT: { description: 'Consent to the processing itself: Articles 6(1)(a) and 9(2)(a).' },
    LEGAL_OBLIGATION: { description: 'The law demands it: Article 6(1)(c).' },
    LEGITIMATE_INTERESTS: { description: 'Legitimate interests, as charities use: Article 6(1)(f).' },
    SAFEGUARDING: { description: 'Safeguarding of children and of individuals at risk.' },
    VITAL_INTERESTS: { description: "To protect somebody's life: Articles 6(1)(d) and 9(2)(c)." },
  },
});

@Reads('graph.consent', { prefix: 'cst', person: 'person_id' })
@ObjectType({
  implements: Node,
  description: 'What a person agreed to, apart from the lawful basis for processing. By default nothing is shared.',
})
export class Consent extends Node {
  @Column(() => String, { description: 'Who gave it: person, carer, referrer, or a name of the role.' })
  givenBy: string;
  @Column(() => DateTime, { form: 'datetime', description: 'When it was given.' }) givenAt: Date;
  @List(() => Organisation, 'consent_id', [ascending('position', 'integer')], {
    view: 'graph.consent_recipient',
    description: 'Organisations it was narrowed to; empty where it names none.',
  })
  recipients: unknown;
  @Column(() => [Sector], { form: 'texts', description: 'Sectors whose parties may hear.' }) shareWith: Sector[];
  @Column(() => [String], { form: 'texts', description: 'What it covers, such as care-team.' }) categories: string[];
  @Column(() => String, { nullable: true, description: 'What it was given for.' }) purpose?: string | null;
  @Column(() => CalendarDate, { nullable: true, form: 'date', description: 'The last day it holds.' }) expiresOn?:
    string | null;
  @Column(() => DateTime, { nullable: true, form: 'datetime', description: 'When the person withdrew it.' })
  withdrawnAt?: Date | null;
  @Column(() => LawfulBasis, { description: 'On what basis records are processed; held apart from what was agreed.' })
  lawfulBasis: LawfulBasis;
  @Column(() => Boolean, {
    form: 'boolean',
    description: 'True where a child under 16 decided for herself, and her competence to do so was assessed.',
  })
  competenceAssessed: boolean;
  @Column(() => Boolean, {
    form: 'boolean',
    description: 'True in its last fourteen days. The link worker is told once when they begin.',
  })
  expiresSoon: boolean;
}

extendType(Person, {
  consents: List(() => Consent, 'person_id', [ascending('created_at', 'timestamptz'), ascending('id', 'uuid')], {
    description: 'Consents this viewer may see: those it recorded, and of referrals it fully knows all.',
  }),
});

@InputType({
  description:
    "What the person agreed to. shareWith limits which parties' sectors may hear; it makes nobody a party. recipients narrows it; exclude wins over both. " +
    'categories: ["care-team"] with recipients lets those organisations join as CARE_TEAM.',
})
export class ConsentInput {
  @Field(() => String, {
    description: "Who gave it: person, carer, or the role of who decided on the person's behalf.",
  })
  givenBy: string;
  @Field(() => DateTime, { description: 'When it was given; not in the future.' }) givenAt: Date;
  @Field(() => [Sector], { description: 'Sectors whose parties may hear.' }) shareWith: Sector[];
  @Field(() => [ID], { nullable: true, description: 'Only these organisations, org_….' }) recipients?: string[] | null;
  @Field(() => [ID], { nullable: true, description: 'Never these organisations, org_….' }) exclude?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'What it covers, such as care-team.' }) categories?:
    string[] | null;
  @Field(() => String, { nullable: true, description: 'What it is given for.' }) purpose?: string | null;
  @Field(() => LawfulBasis, {
    nullable: true,
    description: 'On what basis records are processed; DIRECT_CARE unless said otherwise.',
  })
  lawfulBasis?: LawfulBasis | null;
  @Field(() => Boolean, {
    nullable: true,
    description:
      'For a child under 16 who decides for herself: her competence to do so was assessed. By an organisation.',
  })
  competenceAssessed?: boolean | null;
}

@InputType({ description: 'Records what a person agreed to.' })
export class RecordConsentInput {
  @Field(() => String, { description: 'Makes a retry safe: the same key and input are carried out once.' })
  idempotencyKey: string;
  @Field(() => ID, { description: 'Who agreed, per_….' }) person: string;
  @Field(() => ID, { nullable: true, description: 'The referral it is about, ref_….' }) referral?: string | null;
  @Field(() => ConsentInput, { description: 'What was agreed.' }) consent: ConsentInput;
  @Field(() => CalendarDate, { nullable: true, description: 'The last day it holds.' }) expiresOn?: string | null;
}

@InputType({ description: 'Takes back what a person agreed to. Streams and queued deliveries of those concerned end.' })
export class WithdrawConsentInput {
  @Field(() => String, { description: 'Makes a retry safe: the same key and input are carried out once.' })
  idempotencyKey: string;
  @Field(() => ID, { description: 'Who withdraws, per_….' }) person: string;
  @Field(() => ID, {
    nullable: true,
    description: 'For this referral and those that follow from it, ref_…; without it, for all.',
  })
  referral?: string | null;
  @Field(() => [ID], { nullable: true, description: 'For these organisations alone, org_…; without them, for all.' })
  organisations?: string[] | null;
  @Field(() => String, { nullable: true, description: 'Why; nobody need say.' }) reason?: string | null;
}

@ObjectType({ description: 'What became of a consent mutation.' })
export class ConsentPayload {
  @Field(() => Consent, {
    nullable: true,
    description: 'The consent; null on failure, or where this viewer may no longer see it.',
  })
  consent?: unknown;
  @Field(() => Person, { nullable: true, description: 'The person, as this viewer may know them now.' })
  person?: unknown;
  @Field(() => [UserError], { description: 'Expected failures; empty on success.' }) userErrors: UserError[];
}
