// A small reading of the hub's rules, apart from the hub's own: what the demo's history must obey to be replayed.

import type { HistoryLine } from '../../src/cli/demo-history';

export interface BarsMessage {
  timestamp: string;
  entry: { fullUrl: string; resource: { resourceType: string; [element: string]: unknown } }[];
}
interface ServiceRequest {
  id: string;
  status: string;
}
interface Patient {
  identifier: { value: string }[];
  birthDate: string;
  address: { postalCode: string }[];
}
interface Service {
  ods: string;
  status: string;
  from?: number;
  to?: number;
  areas: string[];
}
export interface Known {
  services: Map<string, Service>;
  sectors: Map<string, string>;
  employers: Map<string, string>;
}
export interface Referral {
  status: string;
  receiver: string;
  referrer: string;
  nhsNumber: string;
  birthDate: string;
  district: string;
  parent?: string;
}

const MOVES: Record<string, Record<string, string>> = {
  acceptReferral: { RECEIVED: 'ACCEPTED' },
  declineReferral: { RECEIVED: 'DECLINED' },
  placeOnWaitingList: { ACCEPTED: 'WAITING' },
  startReferral: { ACCEPTED: 'ACTIVE', WAITING: 'ACTIVE' },
  pauseReferral: { WAITING: 'PAUSED', ACTIVE: 'PAUSED' },
  resumeReferral: { PAUSED: 'ACTIVE' },
  closeReferral: { ACCEPTED: 'CLOSED', WAITING: 'CLOSED', ACTIVE: 'CLOSED', PAUSED: 'CLOSED' },
  cancelByMessage: { RECEIVED: 'CANCELLED', ACCEPTED: 'CANCELLED', WAITING: 'CANCELLED' },
};
const WORKED_ON = ['ACCEPTED', 'WAITING', 'ACTIVE', 'PAUSED'];
const NO_PLAN_NEEDED = ['DIED', 'MOVED', 'UNREACHABLE', 'NOT_SUITABLE'];
const ONS4 = ['anxiety', 'happiness', 'satisfaction', 'worthwhile'];

type Step = { at: number } & ({ message: BarsMessage } | { line: HistoryLine });

/** Messages and mutations in the order of their times, as the loader sends them. */
export function replay(
  messages: BarsMessage[],
  history: HistoryLine[],
  known: Known,
): { faults: string[]; referrals: Map<string, Referral> } {
  const referrals = new Map<string, Referral>();
  const faults: string[] = [];
  const steps: Step[] = [
    ...messages.map((message) => ({ at: Date.parse(message.timestamp), message })),
    ...history.map((line) => ({ at: Date.parse(line.at), line })),
  ];
  for (const step of steps.sort((a, b) => a.at - b.at)) {
    const fault = 'message' in step ? receive(step.message, referrals) : act(step.line, referrals, known);
    if (fault)
      faults.push(`${new Date(step.at).toISOString()} ${'line' in step ? step.line.mutation : 'message'}: ${fault}`);
  }
  return { faults, referrals };
}

function receive(message: BarsMessage, referrals: Map<string, Referral>): string | null {
  const find = (type: string): unknown =>
    message.entry.find(({ resource }) => resource.resourceType === type)?.resource;
  const request = find('ServiceRequest') as ServiceRequest;
  const existing = referrals.get(request.id);
  if (request.status === 'revoked') return existing ? move(existing, 'cancelByMessage') : 'cancels an unknown referral';
  if (existing)
    return ['DECLINED', 'CLOSED', 'CANCELLED'].includes(existing.status)
      ? `updates a ${existing.status} referral`
      : null;
  const codes = message.entry
    .filter(({ resource }) => resource.resourceType === 'Organization')
    .map(({ resource }) => (resource.identifier as { value: string }[])[0]?.value as string);
  const patient = find('Patient') as Patient;
  referrals.set(request.id, {
    status: 'RECEIVED',
    referrer: codes.find((code) => code.startsWith('Z81')) as string,
    receiver: codes.find((code) => !code.startsWith('Z81')) as string,
    nhsNumber: patient.identifier[0]?.value as string,
    birthDate: patient.birthDate,
    district: patient.address[0]?.postalCode.split(' ')[0] as string,
  });
  return null;
}

function move(referral: Referral, mutation: string): string | null {
  const next = MOVES[mutation]?.[referral.status];
  if (!next) return `not allowed in ${referral.status}`;
  referral.status = next;
  return null;
}

function act(line: HistoryLine, referrals: Map<string, Referral>, known: Known): string | null {
  const referral = referrals.get(line.referral);
  if (!referral) return `no referral ${line.referral} yet`;
  if (line.organisation !== referral.receiver) return `${line.organisation} is not the receiver`;
  if (line.practitioner && known.employers.get(line.practitioner) !== line.organisation)
    return `${line.practitioner} works elsewhere`;
  for (const given of ['idempotencyKey', 'referral', 'service', 'practitioner'])
    if (given in line.input) return `input repeats ${given}`;
  if (line.mutation === 'closeReferral') return closing(line) ?? move(referral, line.mutation);
  if (line.mutation in MOVES)
    return line.mutation === 'declineReferral' && !line.input['reason'] ? 'no reason' : move(referral, line.mutation);
  if (line.mutation === 'recordContact') return contact(line, referral);
  if (line.mutation === 'recordMeasurement') return measurement(line, referral);
  if (!WORKED_ON.includes(referral.status)) return `not allowed in ${referral.status}`;
  if (line.mutation === 'assignReferral')
    return known.employers.get(line.assignTo ?? '') === line.organisation ? null : 'assigned to a stranger';
  if (line.mutation === 'createOnwardReferral') return referOn(line, referral, referrals, known);
  return 'unknown mutation';
}

function closing({ input }: HistoryLine): string | null {
  const excused = NO_PLAN_NEEDED.includes(String(input['result']));
  return input['selfManagementPlan'] || input['planDeclined'] === true || excused ? null : 'closes without a plan';
}

function contact(line: HistoryLine, referral: Referral): string | null {
  if (!WORKED_ON.includes(referral.status)) return `not allowed in ${referral.status}`;
  if (String(line.input['at']) > line.at) return 'contact lies ahead of its own record';
  if (line.input['attendance'] !== 'ATTENDED') return 'minutes' in line.input ? 'minutes on a missed contact' : null;
  // Whether being seen ends a pause is not settled, so the demo does not ask.
  if (referral.status === 'PAUSED') return 'attended while paused';
  referral.status = 'ACTIVE';
  return null;
}

function measurement({ input }: HistoryLine, referral: Referral): string | null {
  const allowed = input['occasion'] === 'FOLLOW_UP' ? [...WORKED_ON, 'CLOSED'] : WORKED_ON;
  if (!allowed.includes(referral.status)) return `not allowed in ${referral.status}`;
  const items = input['items'] as { key: string; value: number }[];
  const keys = items.map(({ key }) => key).sort();
  const complete =
    keys.join() === ONS4.join() && items.every(({ value }) => Number.isInteger(value) && value >= 0 && value <= 10);
  return complete ? null : 'not four answers from 0 to 10';
}

function referOn(line: HistoryLine, parent: Referral, referrals: Map<string, Referral>, known: Known): string | null {
  const service = known.services.get(line.service ?? '');
  if (!service || !line.alias) return 'names no known service or no alias';
  if (referrals.has(line.alias)) return `alias ${line.alias} is taken`;
  if (service.status !== 'active') return `service is ${service.status}`;
  const birthday = `${Number(line.at.slice(0, 4))}${parent.birthDate.slice(4)}`;
  const age =
    Number(line.at.slice(0, 4)) - Number(parent.birthDate.slice(0, 4)) - (line.at.slice(0, 10) < birthday ? 1 : 0);
  if (age < (service.from ?? 0) || age > (service.to ?? 200)) return `aged ${age}, outside the service’s ages`;
  if (!service.areas.includes(parent.district)) return `${parent.district} is outside the service’s area`;
  const consent = line.input['consent'] as { shareWith: string[]; givenAt: string };
  if (!consent.shareWith.includes(known.sectors.get(service.ods) ?? '')) return 'not agreed with the provider’s sector';
  if (consent.givenAt > line.at) return 'agreed after the fact';
  referrals.set(line.alias, {
    ...parent,
    status: 'RECEIVED',
    referrer: parent.receiver,
    receiver: service.ods,
    parent: line.referral,
  });
  return null;
}
