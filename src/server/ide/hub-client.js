import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphQLError, getOperationAST, parse } from 'graphql';
import { createClient } from 'graphql-ws';

const httpUrl = () => new URL('/graphql', location.href).href;
const socketUrl = () => httpUrl().replace(/^http/, 'ws');

// Header names have no case; without this, a typed "Authorization" would be joined to the bar's "authorization".
const lowerCased = (headers = {}) => Object.fromEntries(Object.entries(headers).map(([k, v]) => [k.toLowerCase(), v]));

/**
 * One connection to the hub in one party's name. `dispose` ends its subscriptions, so that no party's feed can go on
 * arriving after another party was chosen.
 */
export function connectToHub(token) {
  const bearer = token ? { authorization: `Bearer ${token}` } : {};
  let typedHeaders = {};
  const socket = createClient({
    url: socketUrl(),
    // graphql-ws opens the socket with the first subscription and closes it with the last, so this is read for each.
    connectionParams: () => ({ ...bearer, ...typedHeaders }),
    shouldRetry: (failure) => !(failure instanceof GraphQLError),
  });
  const send = createGraphiQLFetcher({
    url: httpUrl(),
    headers: bearer,
    wsClient: socket,
    enableIncrementalDelivery: false,
  });

  const fetcher = (request, options) => {
    typedHeaders = lowerCased(options?.headers);
    return send(...withOwnOperation(request, { ...options, headers: typedHeaders }));
  };
  return { fetcher, dispose: () => socket.dispose() };
}

/**
 * GraphiQL learns which operation a tab holds 100 ms after the tab is opened; a quicker reader would send a subscription
 * by POST. The text itself says what it is.
 */
function withOwnOperation(request, options) {
  try {
    const documentAST = parse(request.query);
    const only = getOperationAST(documentAST);
    const operationName = only ? only.name?.value : request.operationName;
    return [
      { ...request, operationName },
      { ...options, documentAST },
    ];
  } catch {
    return [request, options]; // not GraphQL: the hub's own syntax error is the better answer
  }
}
