export * from './event-log';
export * from './feed.store';
export * from './position';
export * from './sequencer';
export * from './stream';
export * from './watch';
