import { registerEnumType } from 'type-graphql';

export enum Barrier {
  WAIT = 'WAIT',
  TRANSPORT = 'TRANSPORT',
  LITERACY = 'LITERACY',
  LANGUAGE = 'LANGUAGE',
  COST = 'COST',
  STIGMA = 'STIGMA',
  CONFIDENTIALITY = 'CONFIDENTIALITY',
  EXPECTATIONS = 'EXPECTATIONS',
  ACCESS = 'ACCESS',
  SUITABILITY = 'SUITABILITY',
  CARING_DUTIES = 'CARING_DUTIES',
  DIGITAL = 'DIGITAL',
  HEALTH = 'HEALTH',
  OTHER = 'OTHER',
}
registerEnumType(Barrier, {
  name: 'Barrier',
  description: 'What stands between a person and support.',
  valuesConfig: {
    WAIT: { description: 'The wait is too long.' },
    TRANSPORT: { description: 'Getting there.' },
    LITERACY: { description: 'Reading or forms.' },
    LANGUAGE: { description: 'No shared language.' },
    COST: { description: 'Fees or other costs.' },
    STIGMA: { description: 'Fear of what others think.' },
    CONFIDENTIALITY: { description: 'Fear for privacy.' },
    EXPECTATIONS: { description: 'It is not what was hoped for.' },
    ACCESS: { description: 'Building, hours or equipment.' },
    SUITABILITY: { description: 'It does not fit this person.' },
    CARING_DUTIES: { description: 'Caring for somebody else.' },
    DIGITAL: { description: 'Devices, connection or skills.' },
    HEALTH: { description: 'Health does not allow it now.' },
    OTHER: { description: 'Something else; say so in the note.' },
  },
});
