import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { auditStatement, operator, organisationByOds, Touched, type Viewer } from '../access';
import {
  applyReferral,
  bars,
  type Format,
  Importer,
  type InFile,
  loadNetwork,
  receive,
  type ReferralDraft,
} from '../connectors';
import { asIdentity, type Database, sql, type Transaction } from '../database';
import { carryOutOnce } from '../graph';
import { globalId } from '../kernel';
import { demoFile, readDemoNetwork } from './demo-parties';
import { type HistoryLine, replayLine } from './demo-history';

const HISTORY = { format: 'history', sector: 'COMMISSIONER' } as never;
/** Referrals replayed side by side; within one, everything is in order. */
const LANES = 8;

const isLoaded = sql(
  'demo.loaded',
  "select count(*) as files from hub.inbox where organisation_id is null and format = 'history'",
);
const findCaller = sql(
  'demo.caller',
  `select o.id as organisation, o.sector, (select p.id from graph.practitioner p where p.external_id = $2) as practitioner
   from graph.organisation o where o.id = ${organisationByOds('$1')}`,
);

const file = (name: string): InFile => ({ name, bytes: readFileSync(demoFile(name)) });

/** Loads the demo network once. A load that was cut short is taken up again: every step may be repeated. */
export class DemoLoader {
  private readonly callers = new Map<string, Viewer>();
  /** Demo ids of referrals and services to the hub's global ids. */
  private readonly ids = new Map<string, string>();

  constructor(
    private readonly database: Database,
    private readonly progress: (done: number, of: number) => void,
  ) {}

  async load(): Promise<boolean> {
    const [loaded] = await asIdentity(this.database, operator, (tx) => tx.query<{ files: number }>(isLoaded), {
      readOnly: true,
    });
    if (loaded?.files) return false;
    await loadNetwork(this.database, readDemoNetwork());
    const importer = new Importer(this.database);
    await importer.run({ format: 'oruk', files: [file('directory.oruk.json')] });
    await this.readServiceIds();
    await this.replay();
    await this.records(importer, 'fhir', ['uk-core.ndjson']);
    await this.records(
      importer,
      'csds',
      readdirSync(demoFile('csds')).map((name) => `csds/${name}`),
      'ZR1',
    );
    await this.records(importer, 'asc-cld', ['asc-cld.csv'], 'Z999');
    await asIdentity(this.database, operator, (tx) => receive(tx, HISTORY, file('history.ndjson')));
    return true;
  }

  private async records(importer: Importer, format: Format, names: string[], organisation?: string): Promise<void> {
    await importer.run({ format, files: names.map(file), organisation });
  }

  private async readServiceIds(): Promise<void> {
    const rows = await asIdentity(this.database, operator, (tx) =>
      tx.run<{ id: string; external_id: string }>('select id, external_id from hub.service', []),
    );
    for (const { id, external_id } of rows) this.ids.set(external_id, globalId('srv', id));
  }

  /** BaRS messages and what was done with them, in time order; one lane never holds two halves of a referral. */
  private async replay(): Promise<void> {
    const lanes = await this.lanes();
    const steps = [...lanes].flatMap(([lane, own]) => own.map((step) => ({ ...step, lane })));
    // in time order over all of them, so that every party's feed tells the months as they went by
    steps.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    const last = new Map<string, Promise<void>>();
    let next = 0;
    let done = 0;
    const work = async () => {
      for (let step = steps[next++]; step; step = steps[next++]) {
        const { lane, run } = step;
        last.set(lane, (last.get(lane) ?? Promise.resolve()).then(run));
        await last.get(lane);
        this.progress((done += 1), steps.length);
      }
    };
    await Promise.all(Array.from({ length: LANES }, work));
  }

  private async lanes() {
    const lanes = new Map<string, { at: string; run: () => Promise<void> }[]>();
    const rootOf = new Map<string, string>();
    const add = (root: string, at: string, run: () => Promise<void>) =>
      lanes.set(root, [...(lanes.get(root) ?? []), { at, run }]);
    const messages = file('bars.ndjson');
    const inbox = await asIdentity(this.database, operator, (tx) => receive(tx, bars, messages));
    for await (const mapped of bars.read([messages])) {
      if (!mapped.ok) throw new Error(`demo/files/${mapped.file}:${mapped.line}: ${mapped.field}: ${mapped.reason}`);
      if (mapped.draft.kind === 'referral') {
        const { draft } = mapped;
        add(draft.externalId, new Date(draft.sentAt).toISOString(), () => this.message(draft, inbox));
      }
    }
    const lines = file('history.ndjson').bytes.toString('utf8').trim().split('\n');
    lines.forEach((text, index) => {
      const line = JSON.parse(text) as HistoryLine;
      const root = rootOf.get(line.referral) ?? line.referral;
      if (line.alias) rootOf.set(line.alias, root);
      add(root, line.at, () =>
        this.step(line, index).catch((cause: Error) => {
          throw new Error(`demo/files/history.ndjson:${index + 1}: ${cause.message}`, { cause });
        }),
      );
    });
    for (const steps of lanes.values()) steps.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    return lanes;
  }

  private async message(draft: ReferralDraft, inbox: string): Promise<void> {
    const sender = await this.caller(draft.senderOds ?? '');
    const receiver = draft.receiverOds ? (await this.caller(draft.receiverOds)).party : undefined;
    await this.as({ ...sender, clock: new Date(draft.sentAt) }, async (tx) => {
      await applyReferral(tx, draft, { receiver, inbox });
      const [sent] = await tx.run<{ id: string }>('select hub.sent_referral($1, $2) as id', [
        draft.system,
        draft.externalId,
      ]);
      this.ids.set(draft.externalId, globalId('ref', sent?.id ?? ''));
    });
  }

  private async step(line: HistoryLine, index: number): Promise<void> {
    const viewer = {
      ...(await this.caller(line.organisation, line.practitioner ?? undefined)),
      clock: new Date(line.at),
    };
    const practitioner = line.assignTo && (await this.caller(line.organisation, line.assignTo)).practitioner;
    const ids = {
      idempotencyKey: `demo-${index}`,
      referral: this.ids.get(line.referral),
      service: line.service && this.ids.get(line.service),
      practitioner: practitioner ? globalId('pra', practitioner) : undefined,
    };
    await this.as(viewer, async (tx) => {
      const result = await carryOutOnce(tx, 'demo', line.mutation, ids, () => replayLine(tx, line, ids));
      if (line.alias) this.ids.set(line.alias, globalId('ref', String(result['referral'])));
    });
  }

  private async caller(ods: string, practitioner?: string): Promise<Viewer> {
    const key = `${ods} ${practitioner ?? ''}`;
    let viewer = this.callers.get(key);
    if (!viewer) {
      const [found] = await asIdentity(this.database, operator, (tx) =>
        tx.query<{ organisation: string; sector: string; practitioner: string | null }>(findCaller, [
          ods,
          practitioner ?? null,
        ]),
      );
      if (!found) throw new Error(`The demo network has no organisation ${ods}.`);
      const { organisation: party, sector, practitioner: id } = found;
      viewer = {
        kind: 'organisation',
        party,
        sector,
        practitioner: id ?? undefined,
        roles: ['demo'],
        expiresAt: operator.expiresAt,
      };
      this.callers.set(key, viewer);
    }
    return viewer;
  }

  private as<Result>(viewer: Viewer, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const entry = { requestId: randomUUID(), operation: 'demo history', action: 'WRITE', outcome: 'OK' } as const;
    return asIdentity(this.database, viewer, work, { last: () => auditStatement(viewer, entry, new Touched()) });
  }
}
