import { openReferral } from '../../../src/connectors/voluntary/open-referral';
import { drafts, fixture, readAll, refusals, textFile } from '../../support/connector-files';

const read = (name: string) => readAll(openReferral, [fixture(`voluntary/${name}`)]);
const feed = (value: unknown) => readAll(openReferral, [textFile('feed.json', JSON.stringify(value))]);
const SERVICE = { id: 's1', name: 'Walks', status: 'active', organization: { id: 'o1', name: 'Walkers' } };

describe('Open Referral UK connector', () => {
  it('reads a rich v1 service', async () => {
    const [service] = drafts(await read('oruk-v1-page.json'), 'service');
    expect(service).toEqual({
      kind: 'service',
      externalId: 'svc-green-1',
      name: 'Willow Lane Green Gym',
      description: 'Meet outdoors & garden.\n\nAsk info@willow.example or [e-mail removed], under 18s < £5.',
      organisation: {
        externalId: 'org-1',
        name: 'Willow Lane Trust',
        identifiers: [{ system: 'GB-CHC', value: '999999' }],
      },
      status: 'active',
      categories: ['green-outdoor-activity', 'signature-crafts'],
      eligibility: 'Adults',
      minimumAge: 18,
      areas: ['ZZ98', 'ZZ99', 'Willow Vale'],
      costs: 'Session: £2.50 per week; First visit: free',
      languages: ['Polish'],
      assuredOn: '2026-02-03',
      fundingEndsOn: '2027-03-31',
      latitude: 52.1,
      longitude: -1.5,
      postcode: 'ZZ99 3WZ',
      green: true,
      accessibility: ['Step-free'],
    });
  });

  it('drops what cannot be (latitude 100, age -1) and keeps the service', async () => {
    const [, service] = drafts(await read('oruk-v1-page.json'), 'service');
    expect(service).toMatchObject({ externalId: 'svc-2', status: 'inactive', green: false });
    expect([service.latitude, service.longitude, service.minimumAge, service.maximumAge]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it('reads the official v3 service, alone, in a page and at a location', async () => {
    for (const name of ['oruk-v3-service.json', 'oruk-v3-page.json', 'oruk-v3-service-at-location.json']) {
      const [service] = drafts(await read(name), 'service');
      expect(service).toMatchObject({ name: 'Community Counselling', minimumAge: 12, maximumAge: 100 });
    }
    const [full] = drafts(await read('oruk-v3-service.json'), 'service');
    expect(full.organisation.identifiers).toEqual([{ system: 'GB-COH', value: '1234567' }]);
    expect(full.accessibility).toHaveLength(1);
  });

  it('reads a feed shaped like a real one, and names what it lacks by its entry', async () => {
    const mapped = await read('oruk-v1-feed-shape.json');
    const services = drafts(mapped, 'service');
    expect(services.length + refusals(mapped).length).toBe(60);
    expect(services.length).toBeGreaterThan(55);
    expect(services.every((each) => !/<[a-z/]/i.test(each.description ?? ''))).toBe(true);
    expect(JSON.stringify(services)).not.toMatch(/[0-9a-f]{8}@/);
    expect(new Set(refusals(mapped).map((each) => each.field))).toEqual(
      new Set(['service.name', 'service.organization', 'service.id']),
    );
  });

  it.each(['contents', 'content', 'data', 'items', 'results'])('opens the envelope "%s"', async (key) => {
    expect(drafts(await feed({ total_items: 9, [key]: [SERVICE] }), 'service')).toHaveLength(1);
  });

  it('finds services under their organisation', async () => {
    const [service] = drafts(
      await feed({ id: 'o9', name: 'Umbrella', services: [{ id: 's', name: 'Tea' }] }),
      'service',
    );
    expect(service.organisation).toMatchObject({ externalId: 'o9', name: 'Umbrella' });
  });

  it('refuses the later of two names under one id, and says where the first is', async () => {
    const [refused] = refusals(await feed([SERVICE, SERVICE, { ...SERVICE, name: 'Talks' }]));
    expect(refused).toMatchObject({
      line: 3,
      field: 'service.id',
      reason: expect.stringContaining('entry 1 of feed.json'),
    });
  });

  it.each([
    [{ name: ' <br> ' }, 'service.name'],
    [{ id: '' }, 'service.id'],
    [{ organization: undefined }, 'service.organization'],
    [{ organization: { id: 'o' } }, 'service.organization.name'],
    [{ status: 'perhaps' }, 'service.status'],
  ])('refuses a service with %j', async (change, field) => {
    expect(refusals(await feed([{ ...SERVICE, ...change }]))).toMatchObject([{ field }]);
  });

  it.each([
    ['defunct', 'inactive'],
    ['Temporarily Closed', 'inactive'],
    ['ACTIVE', 'active'],
  ])('reads status %s as %s', async (status, expected) => {
    expect(drafts(await feed([{ ...SERVICE, status }]), 'service')[0].status).toBe(expected);
  });
});
