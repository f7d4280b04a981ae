import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { ascending, declared, type GraphContext, mutate, RootReads } from '../../graph';
import { ProxyService } from './proxy.service';
import { EndProxyInput, Proxy, ProxyPayload, RecordProxyInput } from './proxy.type';

const shape = { proxy: () => Proxy };

@Resolver()
export class ProxyResolver {
  constructor(private readonly proxies: ProxyService) {}

  @RootReads({
    kind: 'list',
    of: () => Proxy,
    view: 'graph.my_proxy',
    order: [ascending('created_at', 'timestamptz'), ascending('id', 'uuid')],
  })
  @Query(() => [Proxy], {
    description: 'Who may act for you, or might. For the person alone; empty for anybody else.',
  })
  myProxies(): Proxy[] {
    return declared();
  }

  @Mutation(() => ProxyPayload, {
    description:
      'Lets somebody act for a person, within limits and until a day; by the person, or by a party on her word.',
  })
  recordProxy(
    @Arg('input', () => RecordProxyInput, { description: 'Who may do what for whom.' }) input: RecordProxyInput,
    @Ctx() context: GraphContext,
  ) {
    return mutate(context, 'recordProxy', input, shape, (tx) => this.proxies.record(tx, input));
  }

  @Mutation(() => ProxyPayload, {
    description: 'Ends a delegation at once, on open streams too; by the person, the proxy, or whoever recorded it.',
  })
  endProxy(
    @Arg('input', () => EndProxyInput, { description: 'Which.' }) input: EndProxyInput,
    @Ctx() context: GraphContext,
  ) {
    return mutate(context, 'endProxy', input, shape, (tx) => this.proxies.end(tx, input));
  }
}
