// The example tabs are the files of schema/operations, which the hub's own tests execute: an example cannot go stale.
const operations = import.meta.glob('../../../schema/operations/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const variables = import.meta.glob('../../../schema/operations/*.variables.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});

// In the order of a first visit. Every name is a file; a missing one fails the build's test, not the reader.
const TABS = [
  'viewer',
  'referral-story',
  'worklist',
  'find-service',
  'programmes',
  'check-eligibility',
  'vocabulary',
  'create-referral',
  'waiting-list',
  'record-choices',
  'support',
  'feedback',
  'feedback-live',
  'acknowledge',
  'duty-list',
  'my-support',
  'network-counts',
];

export const exampleTabs = TABS.map((name) => ({
  query: operations[`../../../schema/operations/${name}.graphql`].trim(),
  variables: variables[`../../../schema/operations/${name}.variables.json`]?.trim() ?? '',
}));
