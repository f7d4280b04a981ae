import { type Claims, signDemoToken } from '../../src/access';
import { loadNetwork, type NetworkFile } from '../../src/connectors';
import { Database } from '../../src/database';
import { createLogger } from '../../src/kernel';
import type { Cleanup } from './cleanup';
import type { Postgres } from './postgres';

/** An organisation that takes part, and a token that asks as it. */
export interface Member {
  ods: string;
  /** Its uuid. */
  party: string;
  token: string;
  claims: Claims;
}

/** A practice and the link workers it refers to. */
export interface Pair {
  practice: Member;
  receiver: Member;
}

export interface World {
  pairs: Pair[];
  council: Member;
  database: Database;
}

const COUNCIL = 'TC001';
const ROLES = { practice: ['referrer'], receiver: ['link-worker'], council: ['care-team'] };

/** Invented organisations in pairs, loaded as an operator loads a network. */
export async function makeWorld(postgres: Postgres, pairCount: number, cleanup: Cleanup): Promise<World> {
  const database = await Database.open({
    address: postgres.address,
    database: 'loopwell',
    logger: createLogger('silent'),
    // as many as there are who append events, and a few
    poolSize: 34,
  });
  cleanup.add(() => database.close());
  const numbers = Array.from({ length: pairCount }, (_, i) => String(i + 1).padStart(3, '0'));
  await loadNetwork(database, networkOf(numbers));
  const ids = await postgres.asAdmin<{ value: string; id: string }>(
    'select value, organisation_id as id from hub.organisation_identifier',
  );
  const partyOf = new Map(ids.map(({ value, id }) => [value, id]));
  const member = async (ods: string, roles: string[]): Promise<Member> => {
    const claims = { org: ods, roles, purpose: 'direct-care' };
    return { ods, party: partyOf.get(ods) ?? '', claims, token: await signDemoToken(claims) };
  };
  const pairs = numbers.map(async (number) => ({
    practice: await member(`TG${number}`, ROLES.practice),
    receiver: await member(`TL${number}`, ROLES.receiver),
  }));
  return { pairs: await Promise.all(pairs), council: await member(COUNCIL, ROLES.council), database };
}

function networkOf(numbers: readonly string[]): NetworkFile {
  const networks = ['torture-icb'];
  const organisations: NetworkFile['organisations'] = numbers.flatMap((number) => [
    { ods: `TG${number}`, name: `Practice ${number}`, sector: 'PRIMARY_CARE' as never, networks },
    {
      ods: `TL${number}`,
      name: `Primary Care Network ${number}`,
      sector: 'PRIMARY_CARE' as never,
      networks,
      receivesReferrals: true,
    },
  ]);
  organisations.push({ ods: COUNCIL, name: 'Council', sector: 'SOCIAL_CARE' as never, networks });
  return {
    networks: [{ key: 'torture-icb', name: 'Torture Integrated Care Board', kind: 'ICB' as never }],
    organisations,
    agreements: organisations.map(({ ods }) => ({
      organisation: ods,
      network: 'torture-icb',
      from: '2020-01-01',
      to: '2099-12-31',
    })),
  };
}
