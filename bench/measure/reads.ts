import * as path from 'node:path';
import { SESSION_OPTIONS } from '../../src/database';
import { checkAnswers } from '../answers';
import { authorization, dashboardFor, dashboardJob, readSettings } from '../operations';
import { installPeers, peerVersions, startPeer, versionsOf } from '../peers';
import { alternate, type Sample, type Turn } from '../rounds';
import { BENCH, type Server, startOwn } from '../servers';
import type { Bench, Figure, Findings, Measurement } from './measurement';
import { costPerRow, figure, ratioOf, samplesOf, speed } from './ratios';

/** Rows a page. */
const PAGES = [10, 50, 100];
const HEADLINE = 50;
const PEERS = ['postgraphile', 'mercurius'];

/** The dashboard query: the hub against the limit, against itself without compiled reads, and against its peers. */
export const reads: Measurement = {
  name: 'reads',
  async measure(bench: Bench): Promise<Findings> {
    installPeers();
    const servers = await startServers(bench);
    const turns: Turn[] = [];
    for (const rows of PAGES) {
      const job = await dashboardJob(bench, rows, bench.connections);
      const limit = await startOwn('limit', 'limit.js', { LIMIT_JOB: JSON.stringify(job) });
      const own = await turnsOf([limit, ...servers.own], rows);
      const peers = await turnsOf(servers.peers, rows);
      await checkAnswers(own.map(named), peers.map(named));
      turns.push(...own, ...peers);
    }
    const samples = await alternate(turns, bench.pace);
    await Promise.all([...new Set(turns.map(({ server }) => server))].map((server) => server.stop()));
    return {
      what: 'dashboard query',
      unit: 'rows a page',
      headline: HEADLINE,
      samples,
      ratios: ratios(samples),
      growth: { page: growth(samples) },
      versions: {
        hub: {
          node: process.version,
          ...versionsOf(path.dirname(BENCH), ['@apollo/server', 'fastify', 'graphql', 'pg']),
        },
        peers: peerVersions(),
      },
    };
  },
};

async function startServers(bench: Bench): Promise<{ own: Server[]; peers: Server[] }> {
  const { address, database, connections } = bench;
  const environment = {
    BENCH_DATABASE: JSON.stringify({ address, database }),
    BENCH_POOL: String(connections),
  };
  const job = {
    connection: { ...address, database, options: SESSION_OPTIONS },
    settings: await readSettings(bench),
    poolSize: connections,
  };
  return {
    own: [
      await startOwn('hub', 'hub.js', environment),
      await startOwn('plain', 'hub.js', { ...environment, PLAIN: '1' }),
    ],
    peers: await Promise.all(PEERS.map((name) => startPeer(name, job))),
  };
}

async function turnsOf(servers: readonly Server[], rows: number): Promise<Turn[]> {
  const headers = await authorization();
  return servers.map((server) => ({
    server,
    at: rows,
    target: {
      port: server.port,
      path: '/graphql',
      headers,
      body: server.name === 'limit' ? '' : dashboardFor(server.name, rows),
      expect: '{"data":{"referrals":',
    },
  }));
}

const named = ({ server, target }: Turn) => ({ name: server.name, target });

function ratios(samples: readonly Sample[]): Record<string, Figure> {
  const against = (server: string, targets: Record<number, number> = {}) =>
    Object.fromEntries(
      PAGES.map((rows) => {
        const target = targets[rows] === undefined ? undefined : { atLeast: targets[rows] };
        return [rows, ratioOf(samplesOf(samples, 'hub', rows), samplesOf(samples, server, rows), speed, target)];
      }),
    );
  const p99 = PAGES.map((rows) => [
    rows,
    ratioOf(
      samplesOf(samples, 'hub', rows),
      samplesOf(samples, 'limit', rows),
      (sample) => sample.p99,
      rows === HEADLINE ? { atMost: 1.5 } : undefined,
    ),
  ]);
  return {
    dashboardVsLimit: figure('dashboard query against the limit', HEADLINE, against('limit', { 10: 0.7, 50: 0.85 })),
    dashboardVsPostgraphile: figure('… against PostGraphile', HEADLINE, against('postgraphile', { 50: 2 })),
    dashboardVsMercuriusJit: figure(
      '… against Mercurius with JIT and loaders',
      HEADLINE,
      against('mercurius', { 50: 2 }),
    ),
    dashboardVsPlain: figure('… against the hub without compiled reads', HEADLINE, against('plain')),
    p99VsLimit: figure('p99 of the dashboard query against the limit’s', HEADLINE, Object.fromEntries(p99)),
  };
}

const growth = (samples: readonly Sample[]): Figure => ({
  title: 'cost per row, pages of 100 rows against pages of 10',
  ...ratioOf(
    samplesOf(samples, 'hub', 100),
    samplesOf(samples, 'hub', 10),
    costPerRow(({ at }) => at),
    { atMost: 1.3 },
  ),
});
