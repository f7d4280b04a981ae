import type { GraphQLResolveInfo, OperationDefinitionNode } from 'graphql';
import { Answered } from '../answered';
import type { GraphContext } from '../context';
import type { DeclaredType } from '../declare';
import type { StatementCache } from './cache';
import { compilePayload } from './compile';
import { PAYLOAD_ID } from './print';

/** Reads what a mutation's payload selects of a row: one statement, in the mutation's own transaction, after its writes. */
export class PayloadReads {
  private readonly numbers = new WeakMap<OperationDefinitionNode, number>();
  private operations = 0;

  constructor(
    private readonly cache: StatementCache,
    private readonly counts: { payloads: number },
  ) {}

  /** The row's selection; null where this viewer sees no such row; undefined where something is undeclared. */
  async read(
    { tx, touched }: Pick<GraphContext, 'tx' | 'touched'>,
    type: DeclaredType,
    view: string,
    id: string,
    info: GraphQLResolveInfo,
  ): Promise<Answered | null | undefined> {
    const compile = () => compilePayload(type, view, info);
    const found = this.cache.filled(this.keyOf(info), info.operation, info.variableValues, compile, {
      [PAYLOAD_ID]: id,
    });
    if (!found) return undefined;
    const [row] = await tx.query<{ data: string; person?: string; referral?: string }>(found.statement, found.values);
    this.counts.payloads += 1;
    if (row?.person) touched.persons.add(row.person);
    if (row?.referral) touched.referrals.add(row.referral);
    return row ? new Answered(JSON.parse(row.data) as Record<string, unknown>) : null;
  }

  /** The operation, as parsed, and the payload's field in it. */
  private keyOf({ operation, path }: GraphQLResolveInfo): string {
    const number = this.numbers.get(operation) ?? ++this.operations;
    this.numbers.set(operation, number);
    return `payload ${number} ${path.prev?.key} ${path.key}`;
  }
}
