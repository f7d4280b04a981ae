import { type GraphQLSchema } from 'graphql';
import { buildSchema, type PubSub } from 'type-graphql';
import { attachResolvers, CalendarDate, DateTime, FeedCursor, NhsNumber, prepareConnections } from '../graph';
import { CapacityResolver, CapacityService } from '../modules/capacity';
import { ConsentMutations, ConsentService } from '../modules/consent';
import { CountingQueries, NetworkActivityResolver } from '../modules/counting';
import { CrisisResolver, CrisisService } from '../modules/crisis';
import { ServiceQueries } from '../modules/directory';
import { EligibilityResolver, EligibilityService, SignpostService } from '../modules/eligibility';
import { FeedbackResolver, FeedbackService } from '../modules/feedback';
import { MessageResolver, MessageService } from '../modules/messages';
import { CoverResolver, OrganisationQueries, Practitioner } from '../modules/organisations';
import { OutcomeResolver, OutcomeService } from '../modules/outcomes';
import { PersonQueries, ProxyResolver, ProxyService, SourceRecord, ViewerQueries } from '../modules/people';
import { ProgrammeResolver, ProgrammeService } from '../modules/programmes';
import {
  IllegalTransition,
  LifeChangeMutations,
  MovementService,
  OpeningService,
  ReferralMutations,
  ReferralQueries,
  ResponseResolver,
} from '../modules/referrals';
import { SafeguardingResolver, SafeguardingService } from '../modules/safeguarding';
import { SelfReferralService, SelfResolver } from '../modules/self';
import {
  ChoiceService,
  Contact,
  ContactMutations,
  ContactService,
  CorrectionService,
  PlanService,
  PreparationService,
  ReviewService,
  SupportMutations,
} from '../modules/support';
import { VocabularyResolver } from '../modules/vocabulary';
import { GenericUserError } from '../graph';

/** type-graphql asks for one; ours is PostgreSQL. A slow subscriber would end the process through an in-memory one. */
const noPubSub: PubSub = {
  publish: () => {
    throw new Error('append to the event log');
  },
  subscribe: () => {
    throw new Error('append to the event log');
  },
};

/** Every service and resolver, built by hand: the whole of the composition can be read here. */
function resolverInstances() {
  const movements = new MovementService();
  const openings = new OpeningService();
  return new Map<unknown, object>([
    [OrganisationQueries, new OrganisationQueries()],
    [CoverResolver, new CoverResolver()],
    [PersonQueries, new PersonQueries()],
    [ViewerQueries, new ViewerQueries()],
    [ProxyResolver, new ProxyResolver(new ProxyService())],
    [ServiceQueries, new ServiceQueries()],
    [ConsentMutations, new ConsentMutations(new ConsentService())],
    [ReferralQueries, new ReferralQueries()],
    [ReferralMutations, new ReferralMutations(openings, movements)],
    [LifeChangeMutations, new LifeChangeMutations()],
    [ResponseResolver, new ResponseResolver()],
    [ContactMutations, new ContactMutations(new ContactService(movements))],
    [
      SupportMutations,
      new SupportMutations(
        new ChoiceService(movements),
        new PlanService(movements),
        new ReviewService(movements),
        new PreparationService(movements),
        new CorrectionService(),
      ),
    ],
    [MessageResolver, new MessageResolver(new MessageService())],
    [OutcomeResolver, new OutcomeResolver(new OutcomeService(movements))],
    [FeedbackResolver, new FeedbackResolver(new FeedbackService())],
    [CrisisResolver, new CrisisResolver(new CrisisService(movements))],
    [SafeguardingResolver, new SafeguardingResolver(new SafeguardingService())],
    [SelfResolver, new SelfResolver(new SelfReferralService())],
    [VocabularyResolver, new VocabularyResolver()],
    [ProgrammeResolver, new ProgrammeResolver(new ProgrammeService())],
    [CapacityResolver, new CapacityResolver(new CapacityService())],
    [EligibilityResolver, new EligibilityResolver(new EligibilityService(), new SignpostService())],
    [CountingQueries, new CountingQueries()],
    [NetworkActivityResolver, new NetworkActivityResolver()],
  ]);
}

let built: Promise<GraphQLSchema> | undefined;

/** The schema with its plain resolvers. One a process: type-graphql keeps its metadata globally. */
export function hubSchema(): Promise<GraphQLSchema> {
  return (built ??= build());
}

async function build(): Promise<GraphQLSchema> {
  prepareConnections();
  const instances = resolverInstances();
  const schema = await buildSchema({
    resolvers: [...instances.keys()] as never,
    container: { get: (resolver) => instances.get(resolver) },
    orphanedTypes: [Contact, SourceRecord, Practitioner, GenericUserError, IllegalTransition],
    scalarsMap: [
      { type: Date, scalar: DateTime },
      { type: CalendarDate as never, scalar: CalendarDate },
      { type: NhsNumber as never, scalar: NhsNumber },
      { type: FeedCursor as never, scalar: FeedCursor },
    ],
    pubSub: noPubSub,
    validate: false,
  });
  const roots: Record<string, string> = {
    Query: 'What can be read. Everything is as the viewer may know it; absent and forbidden answer alike.',
    Mutation: 'What can be done. Expected failures are in userErrors; nothing is half done.',
    Subscription: 'What is pushed, over a WebSocket.',
  };
  for (const [name, description] of Object.entries(roots)) {
    const type = schema.getType(name);
    if (type) type.description = description;
  }
  return attachResolvers(schema);
}
