import type { Transaction } from '../database';
import type { Results } from '../graph';
import { CloseReferralInput, OutcomeService, RecordMeasurementInput } from '../modules/outcomes';
import {
  AssignReferralInput,
  CreateOnwardReferralInput,
  MovementService,
  OpeningService,
  ReferralAction,
} from '../modules/referrals';
import { ContactService, RecordContactInput } from '../modules/support';

/** One line of demo/files/history.ndjson: a mutation of the contract, and who sent it when. */
export interface HistoryLine {
  at: string;
  organisation: string;
  practitioner: string | null;
  mutation: string;
  referral: string;
  alias?: string;
  service?: string;
  assignTo?: string;
  input: Record<string, unknown>;
}

const movements = new MovementService();
const openings = new OpeningService();
const contacts = new ContactService(movements);
const outcomes = new OutcomeService(movements);

const moves: Record<string, ReferralAction> = {
  acceptReferral: ReferralAction.ACCEPT,
  declineReferral: ReferralAction.DECLINE,
  placeOnWaitingList: ReferralAction.PLACE_ON_WAITING_LIST,
  startReferral: ReferralAction.START,
  pauseReferral: ReferralAction.PAUSE,
  resumeReferral: ReferralAction.RESUME,
  cancelReferral: ReferralAction.CANCEL,
};

/** Carries out one line through the services that the graph's mutations use. */
export function replayLine(tx: Transaction, line: HistoryLine, ids: Record<string, unknown>): Promise<Results> {
  const input = { ...line.input, ...ids };
  const action = moves[line.mutation];
  if (action) return movements.move(tx, action, input as never);
  switch (line.mutation) {
    case 'assignReferral':
      return movements.assign(tx, input as unknown as AssignReferralInput);
    case 'recordContact':
      return contacts.record(tx, { ...input, at: new Date(String(line.input['at'])) } as unknown as RecordContactInput);
    case 'recordMeasurement':
      return outcomes.measure(tx, input as unknown as RecordMeasurementInput);
    case 'closeReferral':
      return outcomes.close(tx, input as unknown as CloseReferralInput);
    case 'createOnwardReferral': {
      const consent = line.input['consent'] as Record<string, unknown>;
      const given = { ...consent, givenAt: new Date(String(consent['givenAt'])) };
      return openings.onward(tx, { ...input, consent: given } as unknown as CreateOnwardReferralInput);
    }
    default:
      throw new Error(`The demo's history does not know ${line.mutation}.`);
  }
}
