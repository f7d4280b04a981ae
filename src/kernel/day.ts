const ENGLAND = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/London',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** England's day of a moment, in summer time too: YYYY-MM-DD, as hub.day_of has it in the database. */
export const englandsDay = (moment: Date): string => ENGLAND.format(moment);
