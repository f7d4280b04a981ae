import { GraphQLError } from 'graphql';
import { Arg, Ctx, ID, Int, Mutation, Query, registerEnumType, Resolver } from 'type-graphql';
import {
  AFTER,
  ascending,
  connectionOf,
  declared,
  descending,
  type Filter,
  FIRST,
  type GraphContext,
  mutate,
  Node,
  RootReads,
} from '../../graph';
import { localId } from '../../kernel';
import { MovementService } from './movement.service';
import { OpeningService } from './opening.service';
import { ReferralAction } from './referral.enums';
import {
  AssignReferralInput,
  CreateOnwardReferralInput,
  CreateReferralInput,
  CreateReferralPayload,
  DeclineReferralInput,
  ReferralActionInput,
  ReferralFilter,
  ReferralPayload,
} from './referral.inputs';
import { OPENING, Referral, ReferralReason, ReferralRoute } from './referral.type';

export enum ReferralOrder {
  NEWEST = 'NEWEST',
  OLDEST = 'OLDEST',
  UPDATED = 'UPDATED',
  LONGEST_WAIT = 'LONGEST_WAIT',
}
registerEnumType(ReferralOrder, {
  name: 'ReferralOrder',
  description: 'How a list of referrals is sorted.',
  valuesConfig: {
    NEWEST: { description: 'By receipt, newest first.' },
    OLDEST: { description: 'By receipt, oldest first.' },
    UPDATED: { description: 'By last change of status, newest first.' },
    LONGEST_WAIT: { description: 'Those that wait longest first; the others after them.' },
  },
});

const filters: Record<string, Filter> = {
  'filter.status': { sql: (v) => `status = any (${v}::text[])` },
  'filter.kind': { sql: (v) => `kind = ${v}::text` },
  'filter.reasons': { sql: (v) => `reasons && ${v}::text[]` },
  'filter.route': { sql: (v) => `route = any (${v}::text[])` },
  'filter.role': { sql: (v) => `${v}::text = any (listed_roles)` },
  'filter.assignedToMe': {
    sql: (v) =>
      `coalesce(link_worker_id = hub.viewer_practitioner() or link_worker_id in (select c.id from graph.covered_colleague c), false) = ${v}::boolean`,
  },
  'filter.unassigned': {
    sql: (v) =>
      `coalesce(link_worker_id is null and receiver_id = hub.viewer_party() and hub.is_open(status), false) = ${v}::boolean`,
  },
  'filter.linkWorker': { sql: (v) => `link_worker_id = ${v}::uuid`, value: (id) => localId('pra', id) },
  'filter.person': { sql: (v) => `person_id = ${v}::uuid`, value: (id) => localId('per', id) },
  'filter.overdue': {
    sql: (v) => `exists (select from graph.referral_response o where o.id = t.id and o.overdue) = ${v}::boolean`,
  },
  'filter.receivedAfter': { sql: (v) => `listed_at >= ${v}::timestamptz` },
  'filter.receivedBefore': { sql: (v) => `listed_at < ${v}::timestamptz` },
  'filter.updatedAfter': { sql: (v) => `listed_updated_at >= ${v}::timestamptz` },
  'filter.search': {
    sql: (v) =>
      `(reference = upper(trim(${v}::text)) or person_id in (select p.id from graph.person p where strpos(lower(p.name), lower(trim(${v}::text))) > 0))`,
  },
};

const days = (given: unknown): unknown => {
  if (Number(given) >= 0 && Number(given) <= MOST_DAYS) return given;
  throw new GraphQLError(`olderThanDays is 0 to ${MOST_DAYS}.`, { extensions: { code: 'BAD_USER_INPUT' } });
};
const MOST_DAYS = 36_500;

@Resolver()
export class ReferralQueries {
  @RootReads({ kind: 'node' })
  @Query(() => Node, { nullable: true, description: 'Anything by its id; null where this viewer sees nothing by it.' })
  node(@Arg('id', () => ID, { description: 'A global id.' }) _id: string): Node {
    return declared();
  }

  @RootReads({
    kind: 'one',
    of: () => Referral,
    filters: { id: { sql: (id) => `id = ${id}::uuid and ${OPENING}`, value: (id) => localId('ref', id) } },
  })
  @Query(() => Referral, {
    nullable: true,
    description:
      "A referral by id; null where this viewer is no party to one, or where it is a colleague's and the token names no purpose.",
  })
  referral(@Arg('id', () => ID, { description: 'Global id, ref_….' }) _id: string): Referral {
    return declared();
  }

  @RootReads({
    kind: 'connection',
    of: () => Referral,
    view: 'graph.referral_list',
    pageSize: 25,
    orders: {
      NEWEST: [descending('listed_at', 'timestamptz'), ascending('id', 'uuid')],
      OLDEST: [ascending('listed_at', 'timestamptz'), ascending('id', 'uuid')],
      UPDATED: [descending('listed_updated_at', 'timestamptz'), ascending('id', 'uuid')],
      LONGEST_WAIT: [ascending('listed_waiting_since', 'timestamptz'), ascending('id', 'uuid')],
    },
    filters,
  })
  @Query(() => connectionOf(Referral), { description: 'Referrals this viewer is party to.' })
  referrals(
    @Arg('filter', () => ReferralFilter, { nullable: true, description: 'Narrows the list.' }) _filter?: ReferralFilter,
    @Arg('orderBy', () => ReferralOrder, {
      nullable: true,
      defaultValue: ReferralOrder.NEWEST,
      description: 'How to sort.',
    })
    _order?: ReferralOrder,
    @Arg('first', () => Int, { nullable: true, description: `${FIRST} 25 unless said otherwise.` }) _first?: number,
    @Arg('after', () => String, { nullable: true, description: AFTER }) _after?: string,
    @Arg('last', () => Int, { nullable: true, description: 'How many from the end, at most 100.' }) _last?: number,
    @Arg('before', () => String, { nullable: true, description: 'End before this cursor, from an earlier page.' })
    _before?: string,
  ): Referral {
    return declared();
  }

  @RootReads({
    kind: 'connection',
    of: () => Referral,
    view: 'graph.open_loop',
    pageSize: 25,
    orders: { '': [ascending('open_since', 'timestamptz'), ascending('id', 'uuid')] },
    filters: {
      olderThanDays: { sql: (v) => `open_since <= hub.clock() - make_interval(days => ${v}::integer)`, value: days },
    },
  })
  @Query(() => connectionOf(Referral), {
    description:
      'Loops that stay open: sent and not acted on by the receiver, or closed and not seen by the referrer. Longest open first.',
  })
  openLoops(
    @Arg('olderThanDays', () => Int, { description: 'Open for at least this many days.' }) _days: number,
    @Arg('first', () => Int, { nullable: true, defaultValue: 25, description: FIRST }) _first?: number,
    @Arg('after', () => String, { nullable: true, description: AFTER }) _after?: string,
  ): Referral {
    return declared();
  }

  @RootReads({ kind: 'list', of: () => ReferralReason, order: [ascending('position', 'integer')] })
  @Query(() => [ReferralReason], { description: 'Reasons a referral may be for.' })
  referralReasons(): ReferralReason[] {
    return declared();
  }

  @RootReads({ kind: 'list', of: () => ReferralRoute, order: [ascending('position', 'integer')] })
  @Query(() => [ReferralRoute], { description: 'Routes a referral may arrive by.' })
  referralRoutes(): ReferralRoute[] {
    return declared();
  }
}

const shape = { referral: () => Referral };
const input = { description: 'What to do, and to which referral.' };

@Resolver()
export class ReferralMutations {
  constructor(
    private readonly openings: OpeningService,
    private readonly movements: MovementService,
  ) {}

  @Mutation(() => CreateReferralPayload, {
    description: 'Opens a referral to a link worker, or back to general practice.',
  })
  createReferral(
    @Arg('input', () => CreateReferralInput, { description: 'The referral.' }) given: CreateReferralInput,
    @Ctx() context: GraphContext,
  ) {
    return mutate(context, 'createReferral', given, shape, (tx) => this.openings.create(tx, given));
  }

  @Mutation(() => CreateReferralPayload, {
    description: 'Refers on to a service; by the receiver, while it works on the referral.',
  })
  createOnwardReferral(
    @Arg('input', () => CreateOnwardReferralInput, { description: 'The onward referral.' })
    given: CreateOnwardReferralInput,
    @Ctx() context: GraphContext,
  ) {
    return mutate(context, 'createOnwardReferral', given, shape, (tx) => this.openings.onward(tx, given));
  }

  @Mutation(() => ReferralPayload, { description: 'The receiver takes the referral on.' })
  acceptReferral(
    @Arg('input', () => ReferralActionInput, input) given: ReferralActionInput,
    @Ctx() context: GraphContext,
  ) {
    return this.move(context, 'acceptReferral', ReferralAction.ACCEPT, given);
  }

  @Mutation(() => ReferralPayload, { description: 'The receiver does not take the referral on.' })
  declineReferral(
    @Arg('input', () => DeclineReferralInput, input) given: DeclineReferralInput,
    @Ctx() context: GraphContext,
  ) {
    return this.move(context, 'declineReferral', ReferralAction.DECLINE, given);
  }

  @Mutation(() => ReferralPayload, { description: 'The receiver places the person on its waiting list.' })
  placeOnWaitingList(
    @Arg('input', () => ReferralActionInput, input) given: ReferralActionInput,
    @Ctx() context: GraphContext,
  ) {
    return this.move(context, 'placeOnWaitingList', ReferralAction.PLACE_ON_WAITING_LIST, given);
  }

  @Mutation(() => ReferralPayload, { description: 'Support starts.' })
  startReferral(
    @Arg('input', () => ReferralActionInput, input) given: ReferralActionInput,
    @Ctx() context: GraphContext,
  ) {
    return this.move(context, 'startReferral', ReferralAction.START, given);
  }

  @Mutation(() => ReferralPayload, { description: 'Support rests for a while.' })
  pauseReferral(
    @Arg('input', () => ReferralActionInput, input) given: ReferralActionInput,
    @Ctx() context: GraphContext,
  ) {
    return this.move(context, 'pauseReferral', ReferralAction.PAUSE, given);
  }

  @Mutation(() => ReferralPayload, { description: 'Support goes on.' })
  resumeReferral(
    @Arg('input', () => ReferralActionInput, input) given: ReferralActionInput,
    @Ctx() context: GraphContext,
  ) {
    return this.move(context, 'resumeReferral', ReferralAction.RESUME, given);
  }

  @Mutation(() => ReferralPayload, { description: 'The referrer calls the referral back, before support has started.' })
  cancelReferral(
    @Arg('input', () => DeclineReferralInput, input) given: DeclineReferralInput,
    @Ctx() context: GraphContext,
  ) {
    return this.move(context, 'cancelReferral', ReferralAction.CANCEL, given);
  }

  @Mutation(() => ReferralPayload, {
    description: 'The person withdraws, or a party on her word. Final, and for all that follows from it.',
  })
  withdrawReferral(
    @Arg('input', () => DeclineReferralInput, input) given: DeclineReferralInput,
    @Ctx() context: GraphContext,
  ) {
    return this.move(context, 'withdrawReferral', ReferralAction.WITHDRAW, given);
  }

  @Mutation(() => ReferralPayload, { description: 'Gives the referral to a practitioner of the receiver.' })
  assignReferral(
    @Arg('input', () => AssignReferralInput, input) given: AssignReferralInput,
    @Ctx() context: GraphContext,
  ) {
    return mutate(context, 'assignReferral', given, shape, (tx) => this.movements.assign(tx, given));
  }

  private move(context: GraphContext, name: string, action: ReferralAction, given: ReferralActionInput) {
    return mutate(context, name, given, shape, (tx) => this.movements.move(tx, action, given));
  }
}
