import { randomUUID } from 'node:crypto';
import { auditStatement, operator, organisationByOds, Touched, type Viewer } from '../access';
import { asIdentity, type Database, sql, type Transaction } from '../database';
import { Refusal, refusalOf } from '../graph';
import { type Applied, NotApplied } from './apply/outcome';
import { applyReferral } from './apply/referral';
import { applyService } from './apply/service';
import { applySourceRecord } from './apply/source-record';
import { csds } from './community-services/csds';
import type { Connector, Format, InFile, Mapped } from './draft';
import { quarantine, receive, type Rejection } from './inbox';
import { bars } from './primary-care/bars';
import { ukCore } from './primary-care/uk-core';
import { clientLevelData } from './social-care/client-level-data';
import { openReferral } from './voluntary/open-referral';

export const connectors: Record<Format, Connector> = {
  bars,
  fhir: ukCore,
  csds,
  'asc-cld': clientLevelData,
  oruk: openReferral,
};

export interface ImportSummary {
  read: number;
  applied: number;
  duplicate: number;
  quarantined: number;
}

export interface ImportRequest {
  format: Format;
  files: InFile[];
  /** ODS code: whose data it is, unless the file says. */
  organisation?: string;
  /** Told after each row, for a progress bar. */
  onProgress?: (summary: ImportSummary) => void;
  /** Told of each row set aside. */
  onQuarantine?: (rejection: Rejection) => void;
}

const findOrganisation = sql(
  'import.organisation',
  `select o.id, o.sector from graph.organisation o where o.id = ${organisationByOds('$1')}`,
);

interface Known {
  id: string;
  sector: string;
}

/** receive → parse → map → match → apply. Bad rows are set aside with what was sent; the rest goes in; the same again changes nothing. */
export class Importer {
  private readonly organisations = new Map<string, Known | undefined>();
  private readonly inboxes = new Map<string, string>();

  constructor(private readonly database: Database) {}

  async run(request: ImportRequest): Promise<ImportSummary> {
    const connector = connectors[request.format];
    const summary: ImportSummary = { read: 0, applied: 0, duplicate: 0, quarantined: 0 };
    const supplier = await this.supplierOf(request);
    const files = withOwnNames(request.files);
    for (const file of files)
      this.inboxes.set(file.name, await this.as(supplier, (tx) => receive(tx, connector, file)));
    for await (const mapped of connector.read(files)) {
      summary.read += 1;
      const outcome = mapped.ok ? await this.tryApply(mapped, request, supplier) : mapped;
      if (typeof outcome === 'string') summary[outcome] += 1;
      else {
        summary.quarantined += 1;
        const { file, line, field, reason, raw } = outcome;
        const rejection = { file, line, field, reason, raw };
        await this.as(supplier, (tx) => quarantine(tx, this.inboxOf(file), rejection));
        request.onQuarantine?.(rejection);
      }
      request.onProgress?.(summary);
    }
    return summary;
  }

  /** Who keeps the file: the organisation whose data it is, or the operator where each row says. */
  private async supplierOf(request: ImportRequest): Promise<Viewer> {
    if (!request.organisation || request.format === 'oruk') return operator;
    const known = await this.find(request.organisation);
    if (!known)
      throw new NotApplied(
        '--organisation',
        `No organisation of the directory has the ODS code ${request.organisation}.`,
      );
    return asSender(known);
  }

  private async tryApply(
    mapped: Mapped & { ok: true },
    request: ImportRequest,
    supplier: Viewer,
  ): Promise<Applied | Rejection> {
    try {
      return await this.apply(mapped, request, supplier);
    } catch (error) {
      const { file, line, raw } = mapped;
      if (error instanceof NotApplied) return { file, line, field: error.field, reason: error.reason, raw };
      const refusal = error instanceof Refusal ? error : refusalOf(error, 'referral');
      const [first] = refusal?.errors ?? [];
      if (first)
        return {
          file,
          line,
          field: (first.path ?? []).filter((part) => part !== 'input').join('.') || 'referral',
          reason: first.message,
          raw,
        };
      // a value that PostgreSQL refuses is the row's fault, not ours
      if (/^22|^23/.test((error as { code?: string }).code ?? ''))
        return { file, line, field: 'row', reason: 'A value is out of its range.', raw };
      throw error;
    }
  }

  private async apply(
    { draft, file }: Mapped & { ok: true },
    request: ImportRequest,
    supplier: Viewer,
  ): Promise<Applied> {
    const inbox = this.inboxOf(file);
    if (draft.kind === 'service')
      return this.as(operator, (tx) => applyService(tx, draft, request.organisation ?? 'oruk'));
    if (draft.kind === 'source-record') {
      const sender = await this.senderOf(draft.organisationOds, supplier, 'organisation');
      return this.as(sender, (tx) => applySourceRecord(tx, draft, inbox));
    }
    const sender = await this.senderOf(draft.senderOds, supplier, 'MessageHeader.sender');
    const receiver = draft.receiverOds ? (await this.find(draft.receiverOds))?.id : undefined;
    return this.as(sender, (tx) => applyReferral(tx, draft, { receiver, inbox }));
  }

  /** The organisation the file names wins; otherwise the one the command names. */
  private async senderOf(ods: string | undefined, supplier: Viewer, field: string): Promise<Viewer> {
    if (!ods) {
      if (supplier.party) return supplier;
      throw new NotApplied(field, 'The file does not say whose data it is: name it with --organisation <ODS>.');
    }
    const known = await this.find(ods);
    if (known) return asSender(known);
    if (supplier.party) return supplier;
    throw new NotApplied(
      field,
      'The organisation is not in the directory: check its ODS code, or name it with --organisation <ODS>.',
    );
  }

  private async find(ods: string): Promise<Known | undefined> {
    if (!this.organisations.has(ods)) {
      const [known] = await this.as(operator, (tx) => tx.query<Known>(findOrganisation, [ods]));
      this.organisations.set(ods, known);
    }
    return this.organisations.get(ods);
  }

  private inboxOf(file: string): string {
    return this.inboxes.get(file) ?? [...this.inboxes.values()][0] ?? '';
  }

  private as<Result>(viewer: Viewer, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const entry = { requestId: randomUUID(), operation: 'import', action: 'WRITE', outcome: 'OK' } as const;
    return asIdentity(this.database, viewer, work, { last: () => auditStatement(viewer, entry, new Touched()) });
  }
}

/** Files of one name from two folders: what is told of a row must lead to its own file. */
function withOwnNames(files: InFile[]): InFile[] {
  const seen = new Map<string, number>();
  return files.map((file) => {
    const count = (seen.get(file.name) ?? 0) + 1;
    seen.set(file.name, count);
    return count === 1 ? file : { ...file, name: `${file.name} (${count})` };
  });
}

const asSender = ({ id, sector }: Known): Viewer => ({
  kind: 'organisation',
  party: id,
  sector,
  roles: ['connector'],
  expiresAt: new Date(8.64e15),
});
