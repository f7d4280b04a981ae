/** A matcher of these tests. Import it for its effect. */
expect.extend({
  /** Every entry of an ended referral says that it ended, its reference, and nothing else. */
  toSatisfyEnded(events: Record<string, unknown>[]) {
    const wrong = events.filter(
      (event) =>
        event['kind'] !== 'ACCESS_ENDED' ||
        event['disclosure'] !== 'ENDED' ||
        event['actor'] ||
        event['referral'] ||
        event['contact'],
    );
    return {
      pass: events.length > 0 && wrong.length === 0,
      message: () => `expected an ended feed, got ${JSON.stringify(events)}`,
    };
  },
});

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- how Jest takes a matcher of one's own
  namespace jest {
    interface Matchers<R> {
      toSatisfyEnded(): R;
    }
  }
}
