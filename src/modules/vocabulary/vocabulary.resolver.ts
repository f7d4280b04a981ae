import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { sql } from '../../database';
import { ascending, declared, declaredType, type GraphContext, invalid, mutate, RootReads } from '../../graph';
import { localId } from '../../kernel';
import { ReferralRoute } from '../referrals';
import { NameRouteInput, NameRoutePayload, ReasonCode } from './vocabulary.type';

const nameRoute = sql('vocabulary.name-route', 'select hub.name_route($1, $2, $3)');
const knownRoute = sql('vocabulary.route', 'select key from graph.referral_route where key = $1');

@Resolver()
export class VocabularyResolver {
  @RootReads({ kind: 'list', of: () => ReasonCode, order: [ascending('position', 'integer')] })
  @Query(() => [ReasonCode], {
    description: 'The current SNOMED CT map: of reasons, and of the referral itself. Each with its source.',
  })
  reasonCodes(): ReasonCode[] {
    return declared();
  }

  @Mutation(() => NameRoutePayload, {
    description:
      "Gives a route a network's own name, by the network's commissioner. Its members see it; the key stays.",
  })
  async nameRoute(
    @Arg('input', () => NameRouteInput, { description: 'The name.' }) input: NameRouteInput,
    @Ctx() context: GraphContext,
  ) {
    const payload = await mutate(context, 'nameRoute', input, {}, async (tx) => {
      const label = input.label.trim();
      if (!label || label.length > 80) throw invalid('A name has 1 to 80 characters.', 'input', 'label');
      if (!(await tx.one(knownRoute, [input.route]))) throw invalid('Not a key of referralRoutes.', 'input', 'route');
      await tx.query(nameRoute, [localId('net', input.network), input.route, label]);
      return {};
    });
    const named = payload.userErrors.length
      ? null
      : await context.loaders.one(declaredType(ReferralRoute), input.route, 'key');
    return { ...payload, route: named };
  }
}
