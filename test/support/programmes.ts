import { loadNetwork, type NetworkFile } from '../../src/connectors';
import type { TestHub } from './hub';
import { network } from './network';

/** A pulmonary programme of the trust with every kind of thing a programme has, and the primary care network's own. */
export const programmes: NetworkFile['programmes'] = [
  {
    key: 'breathe-easy',
    name: 'Breathe Easy',
    model: 'LINK_WORKER' as never,
    organisation: 'ZR1',
    aim: 'People with lung disease take part in rehabilitation.',
    area: 'The whole of the board',
    ageGroups: ['Adults'],
    fundingSource: 'Charitable trust',
    startsOn: '2024-04-01',
    fundingEndsOn: '2027-03-31',
    continuity: 'The trust keeps its link worker.',
    plannedDays: 30,
    maximumContacts: 12,
    responseDays: 7,
    wouldNotBenefit: 'People whose breathlessness has not been assessed.',
    rules: [
      { kind: 'AGE' as never, minimum: 18, wording: 'For adults.' },
      { kind: 'AREA' as never, oneOf: ['HA1', 'HA2'], wording: 'For people of HA1 and HA2.' },
      { kind: 'CONDITION' as never, oneOf: ['COPD', 'Asthma'], wording: 'For people with COPD or asthma.' },
      { kind: 'PAM_LEVEL' as never, maximum: 2, wording: 'For people at PAM level 1 or 2.' },
      { kind: 'LIVES_ALONE' as never, wording: 'For people who live alone.' },
      {
        kind: 'CONTACTS_A_YEAR' as never,
        minimum: 50,
        excludes: true,
        wording: 'People with 50 contacts a year and more need their practice first.',
      },
    ],
    services: [{ organisation: 'ZR1', externalId: 'breathing' }],
  },
  { key: 'pcn-link-workers', name: 'Hill link workers', model: 'LINK_WORKER' as never, organisation: 'ZPC01' },
];

export const loadProgrammes = (hub: TestHub, more: Partial<NetworkFile> = {}) =>
  loadNetwork(hub.hub.services.database, { ...network, programmes, ...more });
