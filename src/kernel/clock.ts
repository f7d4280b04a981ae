/** Tells the time. Only the demo's history and tests replace it; what a sender's clock says never does. */
export type Clock = () => Date;

export const systemClock: Clock = () => new Date();
