import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Claims } from '../access';
import type { NetworkFile } from '../connectors';
import { projectRoot } from './config';

export const demoFile = (name: string) => path.join(projectRoot, 'demo', 'files', name);

export const readDemoNetwork = () =>
  JSON.parse(readFileSync(demoFile('network.json'), 'utf8')) as NetworkFile & { patient: { nhsNumber: string } };

interface DemoParty {
  label: string;
  claims: () => Claims;
}

/** Whom the demo's visitor may be: `loopwell token --as …`, and the same list in the IDE. */
export const demoParties: Record<string, DemoParty> = {
  gp: {
    label: 'GP practice',
    claims: () => ({ org: 'Z81001', practitioner: 'R8001', roles: ['referrer'], purpose: 'direct-care' }),
  },
  'other-gp': {
    label: 'Another GP practice',
    claims: () => ({ org: 'Z81002', practitioner: 'R8002', roles: ['referrer'], purpose: 'direct-care' }),
  },
  'link-worker': {
    label: 'Link worker',
    claims: () => ({ org: 'ZPC01', practitioner: 'R8101', roles: ['link-worker'], purpose: 'direct-care' }),
  },
  community: {
    label: 'Community trust',
    claims: () => ({ org: 'ZR1', practitioner: 'R8201', roles: ['link-worker'], purpose: 'direct-care' }),
  },
  council: {
    label: 'Council social care',
    claims: () => ({ org: 'Z999', practitioner: 'R8301', roles: ['care-team'], purpose: 'direct-care' }),
  },
  charity: {
    label: 'Charity',
    claims: () => ({ org: 'ZV001', practitioner: 'R8401', roles: ['provider'], purpose: 'direct-care' }),
  },
  icb: {
    label: 'ICB analyst',
    claims: () => ({ org: 'ZQ1', practitioner: 'R8501', roles: ['analyst'], purpose: 'commissioning' }),
  },
  patient: { label: 'Patient', claims: () => ({ nhs_number: readDemoNetwork().patient.nhsNumber, roles: ['person'] }) },
};
