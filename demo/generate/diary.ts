import type { HistoryLine } from '../../src/cli/demo-history';
import { date, minutesAfter, workingMoment } from './calendar';
import type { Service } from './directory';
import type { Sector } from './network';
import type { Random } from './random';
import type { Reason } from './reasons';
import { BARRIERS, COULD_NOT_COME, MODES, NOT_SEEN, perhaps } from './texts';

type MissedAttendance = 'DID_NOT_ATTEND' | 'UNABLE_TO_ATTEND';
type Extra = Pick<HistoryLine, 'alias' | 'service' | 'assignTo'>;

/** What the receiver of one referral does, in order. The clock only goes forwards. */
export class Diary {
  readonly lines: HistoryLine[] = [];

  constructor(
    private readonly random: Random,
    readonly referral: string,
    readonly organisation: string,
    readonly practitioner: string | null,
    public at: Date,
  ) {}

  pass(leastDays: number, mostDays: number): this {
    this.at = workingMoment(this.random, this.at, leastDays, mostDays);
    return this;
  }

  write(
    leastDays: number,
    mostDays: number,
    mutation: string,
    input: Record<string, unknown> = {},
    extra: Extra = {},
  ): this {
    return this.pass(leastDays, mostDays).add(mutation, input, extra);
  }

  /** A few minutes later, in the same sitting. */
  then(mutation: string, input: Record<string, unknown> = {}, extra: Extra = {}): this {
    this.at = minutesAfter(this.at, this.random.int(2, 9));
    return this.add(mutation, input, extra);
  }

  /** `said` is for stories that were written by hand: it wins over what would be drawn. */
  attended(
    leastDays: number,
    mostDays: number,
    texts: readonly string[],
    modes: readonly string[] = MODES,
    said: Record<string, unknown> = {},
  ): this {
    const minutes = this.random.pick([30, 30, 45, 45, 60, 60, 75]);
    this.pass(leastDays, mostDays);
    return this.add('recordContact', {
      at: minutesAfter(this.at, -minutes - 5).toISOString(),
      attendance: 'ATTENDED',
      minutes,
      mode: this.random.pick(modes),
      ...perhaps(this.random, 0.55, texts),
      ...said,
    });
  }

  missed(leastDays: number, mostDays: number, attendance?: MissedAttendance, said: Record<string, unknown> = {}): this {
    const why = attendance ?? this.random.pick(['DID_NOT_ATTEND', 'DID_NOT_ATTEND', 'UNABLE_TO_ATTEND']);
    const texts = why === 'DID_NOT_ATTEND' ? NOT_SEEN : COULD_NOT_COME;
    this.pass(leastDays, mostDays);
    return this.add('recordContact', {
      at: minutesAfter(this.at, -20).toISOString(),
      attendance: why,
      mode: this.random.pick(MODES),
      barriers: this.random.sample(BARRIERS, this.random.pick([0, 1, 1, 2])),
      ...perhaps(this.random, 0.5, texts),
      ...said,
    });
  }

  /** Four answers out of ten; on discharge they are usually, not always, better. */
  measured(occasion: 'BASELINE' | 'REVIEW' | 'DISCHARGE' | 'FOLLOW_UP', wellbeing: number): this {
    const answer = (mean: number): number => Math.max(0, Math.min(10, mean + this.random.int(-1, 1)));
    const items = { satisfaction: wellbeing, worthwhile: wellbeing + 1, happiness: wellbeing, anxiety: 10 - wellbeing };
    const answers = Object.entries(items).map(([key, mean]) => ({ key, value: answer(mean) }));
    return this.then('recordMeasurement', { instrument: 'ONS4', occasion, items: answers, takenOn: date(this.at) });
  }

  refer(
    alias: string,
    service: Service,
    reasons: readonly Reason[],
    shareWith: readonly Sector[],
    note?: string,
  ): this {
    const consent = {
      givenBy: 'person',
      givenAt: minutesAfter(this.at, -3).toISOString(),
      shareWith,
      purpose: 'direct care',
    };
    const input = { reasons: reasons.map(({ key }) => key), ...(note ? { note } : {}), consent };
    return this.then('createOnwardReferral', input, { alias, service: service.id });
  }

  private add(mutation: string, input: Record<string, unknown>, extra: Extra = {}): this {
    const { organisation, practitioner, referral } = this;
    this.lines.push({ at: this.at.toISOString(), organisation, practitioner, mutation, referral, ...extra, input });
    return this;
  }
}
