import type { Random } from './random';

const DAY = 86_400_000;
const MINUTE = 60_000;

/** The demo's present. Fixed, so that the files are the same whenever they are made. */
export const END = new Date('2026-11-16T00:00:00.000Z');
export const START = new Date('2026-08-17T00:00:00.000Z');
const CLOCKS_GO_BACK = new Date('2026-10-25T01:00:00.000Z');

export function minutesAfter(at: Date, minutes: number): Date {
  return new Date(at.getTime() + minutes * MINUTE);
}

/** A moment in office hours, some days after; the same day is not before `at`. */
export function workingMoment(random: Random, at: Date, leastDays: number, mostDays: number): Date {
  const moment = new Date(at.getTime() + random.int(leastDays, mostDays) * DAY);
  moment.setUTCHours(random.int(8, 15), random.int(0, 59), random.int(0, 59), 0);
  while (moment <= at || moment.getUTCDay() % 6 === 0) moment.setTime(moment.getTime() + DAY);
  return moment;
}

export function date(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** A FHIR instant as a British system writes it: local time with its offset. */
export function britishInstant(at: Date): string {
  const summer = at < CLOCKS_GO_BACK;
  const local = new Date(at.getTime() + (summer ? 60 * MINUTE : 0));
  return `${local.toISOString().slice(0, 19)}${summer ? '+01:00' : '+00:00'}`;
}

export function ageOn(birthDate: string, at: Date): number {
  const today = date(at);
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

/** A calendar date between two others, both included. */
export function dateBetween(random: Random, first: string, last: string): string {
  const from = Date.parse(first);
  return date(new Date(from + random.int(0, (Date.parse(last) - from) / DAY) * DAY));
}

export function daysAfter(day: string, days: number): string {
  return date(new Date(Date.parse(day) + days * DAY));
}
