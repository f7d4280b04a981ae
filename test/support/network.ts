import type { NetworkFile } from '../../src/connectors';
import type { Claims } from '../../src/access';

/** The organisations most tests need: a practice and another, a PCN with a link worker, a charity, a council, a trust, an ICB. */
export const network: NetworkFile = {
  networks: [{ key: 'test-icb', name: 'Test Integrated Care Board', kind: 'ICB' as never }],
  organisations: [
    { ods: 'ZQ1', name: 'Test ICB', sector: 'COMMISSIONER' as never, networks: ['test-icb'] },
    { ods: 'Z81001', name: 'Hill Surgery', sector: 'PRIMARY_CARE' as never, networks: ['test-icb'] },
    { ods: 'Z81002', name: 'Vale Surgery', sector: 'PRIMARY_CARE' as never, networks: ['test-icb'] },
    {
      ods: 'ZPC01',
      name: 'Hill Primary Care Network',
      sector: 'PRIMARY_CARE' as never,
      networks: ['test-icb'],
      receivesReferrals: true,
    },
    { ods: 'ZV001', name: 'Walking Friends', sector: 'VOLUNTARY' as never, networks: ['test-icb'] },
    { ods: 'ZV002', name: 'Debt Helpers', sector: 'VOLUNTARY' as never, networks: ['test-icb'] },
    { ods: 'Z999', name: 'Test Council', sector: 'SOCIAL_CARE' as never, networks: ['test-icb'] },
    {
      ods: 'ZR1',
      name: 'Test Community Trust',
      sector: 'COMMUNITY_SERVICES' as never,
      networks: ['test-icb'],
      receivesReferrals: true,
    },
    { ods: 'ZV009', name: 'Charity Without Agreement', sector: 'VOLUNTARY' as never, networks: ['test-icb'] },
  ],
  practitioners: [
    { id: 'R8001', name: 'Dr Shah', jobTitle: 'General practitioner', organisation: 'Z81001' },
    { id: 'R8101', name: 'Amina Yusuf', jobTitle: 'Social prescribing link worker', organisation: 'ZPC01' },
    { id: 'R8102', name: 'Ben Okoro', jobTitle: 'Community connector', organisation: 'ZPC01' },
    { id: 'R8401', name: 'Kofi Mensah', jobTitle: 'Group leader', organisation: 'ZV001' },
  ],
  agreements: ['ZQ1', 'Z81001', 'Z81002', 'ZPC01', 'ZV001', 'ZV002', 'Z999', 'ZR1'].map((organisation) => ({
    organisation,
    network: 'test-icb',
    from: '2020-01-01',
    to: '2099-12-31',
  })),
};

/** Who asks in tests. */
export const callers = {
  gp: { org: 'Z81001', practitioner: 'R8001', roles: ['referrer'], purpose: 'direct-care' },
  otherGp: { org: 'Z81002', roles: ['referrer'] },
  linkWorker: { org: 'ZPC01', practitioner: 'R8101', roles: ['link-worker'], purpose: 'direct-care' },
  colleague: { org: 'ZPC01', practitioner: 'R8102', roles: ['link-worker'] },
  charity: { org: 'ZV001', practitioner: 'R8401', roles: ['provider'] },
  otherCharity: { org: 'ZV002', roles: ['provider'] },
  council: { org: 'Z999', roles: ['care-team'] },
  trust: { org: 'ZR1', roles: ['link-worker'] },
  icb: { org: 'ZQ1', roles: ['analyst'], purpose: 'commissioning' },
  withoutAgreement: { org: 'ZV009', roles: ['provider'] },
} satisfies Record<string, Claims>;
export type Caller = keyof typeof callers;

/** A service of the test network, as the directory's file says it. */
export interface ServiceSpec {
  id: string;
  organisation: string;
  name?: string;
  accepting?: boolean;
  minimumAge?: number;
  areas?: string[];
  /** Taxonomy terms. */
  categories?: string[];
  /** ISO date on which its funding ends. */
  fundingEndsOn?: string;
}
