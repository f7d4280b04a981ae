import { type DocumentNode, getVariableValues, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { createHash } from 'node:crypto';
import type { Viewer } from '../../access';
import { hasState } from '../../database';
import { pageOfRows, type PageReader, pageText, type StreamEntry } from '../../feed';
import type { Logger } from '../../kernel';
import { declaredType, type DeclaredType } from '../declare';
import { declaredStreams, type Stream } from '../roots';
import { isRevoked, isUnavailable } from '../mask';
import { operationNameOf } from '../operation';
import type { StatementCache } from './cache';
import type { Statement } from './compile';
import * as json from './json';
import { NotDeclared, Printer } from './print';
import type { PreparedStatements } from './prepared';
import { type Selected, Selection, type Variables } from './selection';
import { auditInsert } from './trail';

export interface DeliveryRequest {
  requestId: string;
  /** Names the document, such as the hash of its text. */
  key: string;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Record<string, unknown> | null | undefined;
}

/** Parameters of a page's statement, after those of the selection. */
const PAGE_PARAMETERS = ['after', 'limit', 'request', 'operation', 'kinds'] as const;

/** Renders a page of the feed for one subscription: page, what the selection asks of each entry, and audit row in one statement. */
export class Deliveries {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly cache: StatementCache,
    private readonly statements: PreparedStatements,
    private readonly counts: { delivered: number },
    private readonly logger: Logger,
  ) {}

  /** Reads entries rendered for this subscription; undefined where something is undeclared. `plain` reads what it cannot render. */
  readerOf(request: DeliveryRequest, plain: PageReader): PageReader | undefined {
    const { operation, document } = request;
    const definitions = operation.variableDefinitions ?? [];
    const { coerced } = getVariableValues(this.schema, definitions, request.variables ?? {}, { maxErrors: 1 });
    if (!coerced) return undefined;
    const key = `feed ${request.key} ${operation.name?.value ?? ''}`;
    const found = this.cache.filled(key, operation, coerced, () =>
      compileDelivery(this.schema, document, operation, coerced),
    );
    if (!found) return undefined;
    const { statement, values } = found;
    const shared = statement.published && `${statement.published} ${JSON.stringify(values)}`;
    const trail = [request.requestId, operationNameOf(operation).slice(0, 200)];
    let rendering = true;
    const page: PageReader['page'] = async (viewer: Viewer, after, kinds, limit) => {
      if (!rendering) return plain.page(viewer, after, kinds, limit);
      try {
        const filter = kinds ? [kinds] : [];
        const rows = await this.statements.run(viewer, statement, [...values, after, limit, ...trail, ...filter]);
        const page = pageOfRows<StreamEntry>(rows);
        this.counts.delivered += page.entries.length;
        return page;
      } catch (error) {
        if (isUnavailable(error) || isRevoked(error)) throw error;
        rendering = false;
        const { code } = error as { code?: string };
        if (!hasState(error, 'RUN_PLAIN'))
          this.logger.error({ requestId: request.requestId, code }, 'a compiled subscription failed; it runs plain');
        return plain.page(viewer, after, kinds, limit);
      }
    };
    return { page, shared };
  }
}

/** A subscription to SQL: as for a query, with the page of the feed for its rows. */
function compileDelivery(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): Statement {
  const selection = new Selection(schema, document, variables);
  const printer = new Printer(selection);
  const subscriptions = schema.getSubscriptionType();
  const [root, ...more] = subscriptions ? selection.ofOperation(operation, subscriptions) : [];
  const stream = root && declaredStreams().get(root.name);
  if (!root || !stream || more.length) throw new NotDeclared('a subscription to a declared stream');
  const type = declaredType(stream.of());
  const fields = selection.below(selection.objectType(type.name), root.nodes);
  const text = json.object([[root.key, printer.entity(type, fields, 'entry')]]);
  const statement = printer.finish(text, (entry, slots) => {
    const place = (name: (typeof PAGE_PARAMETERS)[number]) => `$${slots + 1 + PAGE_PARAMETERS.indexOf(name)}`;
    const trail = auditInsert('DELIVER', {
      request: place('request'),
      operation: place('operation'),
      persons: 'touched.persons',
      referrals: 'touched.referrals',
    });
    const touched =
      `select coalesce(array_agg(distinct g.person_id) filter (where g.person_id is not null), '{}') as persons, ` +
      `coalesce(array_agg(distinct p.referral_id) filter (where p.referral_id is not null), '{}') as referrals ` +
      `from page p left join graph.referral g on g.id = p.referral_id having count(*) > 0`;
    return pageText({
      after: place('after'),
      kinds: root.args(variables)['kinds'] == null ? undefined : place('kinds'),
      limit: place('limit'),
      envelope: stream.envelope,
      shown: `entry.kind, entry.referral_id, ${entry} as text`,
      trail: `trail as (${trail} from (${touched}) touched)`,
    });
  });
  const published = showsPublished(selection, type, fields, stream);
  return { ...statement, published: published ? createHash('sha256').update(text).digest('base64url') : undefined };
}

/** News of the directory has none of the personal fields; all else that is asked of it has to be the same for every organisation. */
function showsPublished(selection: Selection, type: DeclaredType, fields: Selected[], { personal }: Stream): boolean {
  const printer = new Printer(selection);
  printer.entity(
    type,
    fields.filter(({ name }) => !personal.includes(name)),
    'entry',
  );
  return [...printer.types].every((each) => each === type || each.published);
}
