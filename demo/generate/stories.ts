import type { HistoryLine } from '../../src/cli/demo-history';
import { Diary } from './diary';
import { services, type Service } from './directory';
import { practitionersOf } from './network';
import { findService, onwardDiary, planOf } from './onward';
import { Random } from './random';
import { reason } from './reasons';
import { ALL_SECTORS, type PlannedReferral } from './referrals';
import {
  ACCEPTED,
  ATTENDED,
  DECLINED_BY_LINK_WORKER,
  JOINED_IN,
  PAUSED,
  perhaps,
  RESUMED,
  STARTED,
  SUMMARIES,
  WAITING,
} from './texts';

export interface Told {
  lines: HistoryLine[];
  /** When the practice cancels, which it does by message and not by mutation. */
  cancelledAt?: Date;
}

/** Everything that became of one referral, as if the demo's present never came. */
export function tell(referral: PlannedReferral): Told {
  return new Teller(referral).tell();
}

class Teller {
  private readonly random: Random;
  private readonly diary: Diary;
  private readonly onward: HistoryLine[] = [];
  private onwardCount = 0;

  constructor(private readonly referral: PlannedReferral) {
    this.random = new Random(`story/${referral.id}`);
    const team = practitionersOf(referral.receiver);
    const linkWorker = referral.story === 'patient-of-the-demo' ? team[0]! : this.random.pick(team);
    this.diary = new Diary(this.random, referral.id, referral.receiver, linkWorker.id, referral.sentAt);
  }

  tell(): Told {
    const { story } = this.referral;
    let cancelledAt: Date | undefined;
    if (story === 'patient-of-the-demo') this.patientOfTheDemo();
    else if (story === 'declined')
      this.diary.write(0, 4, 'declineReferral', { reason: this.random.pick(DECLINED_BY_LINK_WORKER) });
    else if (story === 'cancelled') cancelledAt = this.cancelled();
    else if (story !== 'unread') this.supported(story);
    return { lines: [...this.diary.lines, ...this.onward], cancelledAt };
  }

  private accept(): void {
    this.diary.write(0, 3, 'acceptReferral', perhaps(this.random, 0.35, ACCEPTED));
    if (this.random.chance(0.35))
      this.diary.then('assignReferral', {}, { assignTo: this.diary.practitioner as string });
  }

  private cancelled(): Date {
    if (this.random.chance(0.5)) this.accept();
    return this.diary.pass(2, 6).at;
  }

  private supported(story: string): void {
    this.accept();
    if (story === 'waiting')
      return void this.diary.write(1, 5, 'placeOnWaitingList', perhaps(this.random, 0.5, WAITING));
    if (story === 'unreachable') return this.unreachable();
    if (story === 'reengaged') return this.reengaged();
    const wellbeing = this.random.int(2, 5);
    this.begin(wellbeing);
    if (story === 'paused') return this.paused();
    if (this.random.chance(story === 'completed' ? 0.6 : 0.75)) this.referOn();
    if (this.random.chance(0.2)) this.referOn();
    if (story === 'active' && this.random.chance(0.6)) this.diary.missed(6, 10);
    this.diary.attended(6, 12, ATTENDED);
    if (story === 'active' && this.random.chance(0.3)) this.diary.measured('REVIEW', wellbeing + 1);
    if (story === 'completed') this.complete(wellbeing);
  }

  /** From acceptance to the first meeting, by one of the ways the hub allows. */
  private begin(wellbeing: number): void {
    if (this.random.chance(0.15)) this.diary.write(1, 3, 'placeOnWaitingList', perhaps(this.random, 0.4, WAITING));
    if (this.random.chance(0.2)) this.diary.missed(2, 6);
    if (this.random.chance(0.15)) this.diary.write(2, 6, 'startReferral', perhaps(this.random, 0.5, STARTED));
    this.diary.attended(2, 7, ATTENDED);
    if (this.random.chance(0.8)) this.diary.measured('BASELINE', wellbeing);
  }

  private paused(): void {
    this.diary.write(5, 12, 'pauseReferral', perhaps(this.random, 1, PAUSED));
    if (this.random.chance(0.7))
      this.diary.write(8, 16, 'resumeReferral', perhaps(this.random, 0.7, RESUMED)).attended(3, 8, ATTENDED);
  }

  private unreachable(): void {
    this.diary.missed(2, 5, 'DID_NOT_ATTEND').missed(4, 8, 'DID_NOT_ATTEND').missed(5, 9, 'DID_NOT_ATTEND');
    this.diary.write(3, 9, 'closeReferral', {
      result: 'UNREACHABLE',
      summary: 'Three tries on different days and a letter. The door stays open.',
      planDeclined: true,
    });
  }

  /** Missed twice, found to be afraid and without a lift, and brought back. */
  private reengaged(): void {
    this.diary.missed(3, 7, 'DID_NOT_ATTEND').missed(5, 9, 'DID_NOT_ATTEND');
    this.diary.missed(2, 5, 'UNABLE_TO_ATTEND');
    this.diary.attended(4, 7, [
      'Afraid of being breathless in front of others; no lift. Offered transport and a first session at home.',
    ]);
    this.diary.measured('BASELINE', 3).attended(6, 10, ATTENDED);
    if (this.random.chance(0.5)) this.referOn();
  }

  private complete(wellbeing: number): void {
    this.diary.attended(4, 10, ATTENDED, ['telephone']);
    if (this.random.chance(0.9))
      this.diary.measured('DISCHARGE', Math.min(9, wellbeing + this.random.pick([-1, 1, 2, 2, 3])));
    this.diary.then('closeReferral', {
      result: this.onwardCount
        ? this.random.pick(['SUPPORTED_ONWARD', 'GOALS_MET', 'GOALS_PARTLY_MET'])
        : this.random.pick(['GOALS_MET', 'GOALS_PARTLY_MET', 'SELF_MANAGING']),
      summary: this.random.pick(SUMMARIES),
      ...planOf(this.random, this.referral.reasons),
    });
    if (this.random.chance(0.3)) this.diary.pass(14, 25).measured('FOLLOW_UP', Math.min(9, wellbeing + 2));
  }

  private referOn(): void {
    const { agreement } = this.referral;
    if (agreement.kind !== 'agreed') return;
    const found = findService(this.random, this.referral, this.diary.at, agreement.shareWith);
    if (!found) return;
    const [service, answered] = found;
    const alias = `onward-${this.referral.id}-${++this.onwardCount}`;
    this.diary.refer(alias, service, [answered], agreement.shareWith);
    this.onward.push(...onwardDiary(alias, service, this.diary.at, [answered]).lines);
  }

  private patientOfTheDemo(): void {
    const { diary } = this;
    diary.write(1, 1, 'acceptReferral', { note: 'Thank you. Will ring the mobile first, mornings are best.' });
    diary.then('assignReferral', {}, { assignTo: 'R8101' });
    const unread = 'Did not come. The letter with the bus times had not been opened.';
    diary.missed(6, 6, 'DID_NOT_ATTEND', { barriers: ['TRANSPORT', 'LITERACY'], mode: 'face-to-face', note: unread });
    const post = 'Sorted the pile of post together. Misses company most at weekends.';
    diary.attended(6, 6, ATTENDED, ['home-visit'], { note: post }).measured('BASELINE', 3);
    this.onward.push(...this.walkingGroup().lines);
    diary.attended(14, 14, ATTENDED, ['telephone'], {
      note: 'Payment plan agreed with the council. Enjoying the walks.',
    });
    const lately = 'Opens the post on the day it comes now. Asked about the Sunday lunch club.';
    diary.attended(17, 17, ATTENDED, ['face-to-face'], { note: lately }).measured('REVIEW', 5);
  }

  private walkingGroup(): Diary {
    const walking = services.find(({ ods }) => ods === 'ZV001') as Service;
    const alias = `onward-${this.referral.id}-1`;
    const company = [reason('social-engagement-or-isolation')];
    this.diary.refer(alias, walking, company, ALL_SECTORS, 'Happier with a walking companion at first.');
    const charity = new Diary(new Random('patient-of-the-demo/walking'), alias, 'ZV001', 'R8401', this.diary.at);
    charity.write(2, 2, 'acceptReferral', { note: 'A companion will meet her at the gate.' });
    const bus = { barriers: ['TRANSPORT'], mode: 'group', note: 'Bus was cancelled; rang to say so.' };
    charity.missed(6, 6, 'UNABLE_TO_ATTEND', bus);
    charity.attended(7, 7, JOINED_IN, ['group'], {
      note: 'Walked the short loop with a companion and stayed for tea.',
    });
    return charity.attended(14, 14, JOINED_IN, ['group'], { note: 'Second time here. Walked the longer loop.' });
  }
}
