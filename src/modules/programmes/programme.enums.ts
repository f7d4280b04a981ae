import { registerEnumType } from 'type-graphql';

export enum SupportModel {
  SIGNPOSTING = 'SIGNPOSTING',
  LINK_WORKER = 'LINK_WORKER',
  HUB = 'HUB',
}
registerEnumType(SupportModel, {
  name: 'SupportModel',
  description: 'How a programme supports people.',
  valuesConfig: {
    SIGNPOSTING: { description: 'People are told where to go.' },
    LINK_WORKER: { description: 'A link worker supports them over several contacts.' },
    HUB: { description: 'Services under one roof, which people may walk into.' },
  },
});

export enum CohortRuleKind {
  AGE = 'AGE',
  AREA = 'AREA',
  CONDITION = 'CONDITION',
  PAM_LEVEL = 'PAM_LEVEL',
  CONTACTS_A_YEAR = 'CONTACTS_A_YEAR',
  MEDICATION_SPEND_A_YEAR = 'MEDICATION_SPEND_A_YEAR',
  LIVES_ALONE = 'LIVES_ALONE',
  NOT_ENGAGED = 'NOT_ENGAGED',
}
registerEnumType(CohortRuleKind, {
  name: 'CohortRuleKind',
  description: 'What a rule of a cohort asks.',
  valuesConfig: {
    AGE: { description: 'Age in years, from minimum to maximum.' },
    AREA: { description: 'Outward part of the postcode, one of oneOf.' },
    CONDITION: { description: 'At least one of the conditions in oneOf, in the words the programme uses.' },
    PAM_LEVEL: { description: 'Patient Activation Measure level, 1 to 4.' },
    CONTACTS_A_YEAR: { description: 'Contacts with general practice in a year.' },
    MEDICATION_SPEND_A_YEAR: { description: 'Spending on medication in a year, in pounds.' },
    LIVES_ALONE: { description: 'The person lives alone.' },
    NOT_ENGAGED: { description: 'Known to services, and not engaged with them.' },
  },
});
