import { TestHub } from './hub';
import { type Caller, network } from './network';
import { callers } from './network';

/** What a test of the page needs of a hub. */
export interface HubForPages {
  url: string;
  /** The organisation is what `viewer` answers under that party's token. */
  parties: { as: string; label: string; organisation: string; token: string }[];
  close(): Promise<void>;
}

/** The real hub with the IDE: two parties to choose from, and heartbeats that a test need not wait for. */
export async function startHubWithIde(options: { root: string; demo: boolean }): Promise<HubForPages> {
  const parties: HubForPages['parties'] = [];
  const tokens = async () => parties.map(({ as, label, token }) => ({ as, label, token }));
  const hub = await TestHub.start({
    heartbeatEvery: 300,
    ide: { root: options.root, tokens: options.demo ? tokens : undefined },
  });
  for (const as of ['gp', 'linkWorker'] as Caller[]) {
    const { name = '' } = network.organisations.find(({ ods }) => ods === callers[as].org) ?? {};
    parties.push({ as, label: name, organisation: name, token: await hub.token(as) });
  }
  return { url: hub.url, parties, close: () => hub.stop() };
}
