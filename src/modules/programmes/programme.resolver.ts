import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { AFTER, ascending, connectionOf, declared, FIRST, type GraphContext, mutate, RootReads } from '../../graph';
import { localId } from '../../kernel';
import { SupportModel } from './programme.enums';
import { PublishServiceParametersInput, PublishServiceParametersPayload } from './programme.inputs';
import { ProgrammeService } from './programme.service';
import { Programme } from './programme.type';

@Resolver()
export class ProgrammeResolver {
  constructor(private readonly parameters: ProgrammeService) {}

  @RootReads({
    kind: 'connection',
    of: () => Programme,
    pageSize: 25,
    orders: { '': [ascending('name', 'text'), ascending('id', 'uuid')] },
    filters: {
      model: { sql: (v) => `model = ${v}::text` },
      network: {
        sql: (v) => `organisation_id in (select m.id from graph.network_member m where m.network_id = ${v}::uuid)`,
        value: (id) => localId('net', id),
      },
    },
  })
  @Query(() => connectionOf(Programme), { description: 'Programmes by name.' })
  programmes(
    @Arg('model', () => SupportModel, { nullable: true, description: 'Of this model alone.' }) _model?: SupportModel,
    @Arg('network', () => ID, { nullable: true, description: 'Run by members of this network alone, net_….' })
    _network?: string,
    @Arg('first', () => Int, { nullable: true, defaultValue: 25, description: FIRST }) _first?: number,
    @Arg('after', () => String, { nullable: true, description: AFTER }) _after?: string,
  ): Programme {
    return declared();
  }

  @Mutation(() => PublishServiceParametersPayload, {
    description:
      'Publishes a new version of what a programme promises and asks: by who runs it, or the commissioner of a network it is in. Every party of its networks is told.',
  })
  publishServiceParameters(
    @Arg('input', () => PublishServiceParametersInput, { description: 'The parameters, whole.' })
    input: PublishServiceParametersInput,
    @Ctx() context: GraphContext,
  ) {
    const shape = { programme: () => Programme };
    return mutate(context, 'publishServiceParameters', input, shape, (tx) => this.parameters.publish(tx, input));
  }
}
