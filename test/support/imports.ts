import { Importer, type Format, type ImportSummary, type InFile } from '../../src/connectors';
import { fixture, textFile } from './connector-files';
import type { TestHub } from './hub';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a FHIR message is edited freely
type Message = any;

export interface MessageChanges {
  id?: string;
  /** The ServiceRequest's id: names the referral in later messages. */
  request?: string;
  reason?: 'new' | 'update' | 'delete';
  status?: string;
  sender?: string;
  receiver?: string;
  consent?: boolean;
  sentAt?: string;
  person?: { number?: string; family?: string; birthDate?: string; phone?: string; adjustment?: string };
  more?: (resources: (type: string) => Message) => void;
}

/** A BaRS message made of the fixture, with what a test changes; its own referral unless `request` names another's. */
export function message(changes: MessageChanges): InFile {
  const bundle: Message = JSON.parse(fixture('primary-care/bars/referral-new.json').bytes.toString());
  const resource = (type: string) =>
    bundle.entry.find((entry: Message) => entry.resource.resourceType === type)?.resource;
  const organisations = bundle.entry.filter((entry: Message) => entry.resource.resourceType === 'Organization');
  bundle.id = changes.id ?? `message-of-${changes.request}-${changes.reason ?? 'new'}`;
  bundle.timestamp = changes.sentAt ?? bundle.timestamp;
  resource('MessageHeader').reason.coding[0].code = changes.reason ?? 'new';
  Object.assign(resource('ServiceRequest'), { id: changes.request, status: changes.status ?? 'active' });
  if (changes.receiver) organisations[0].resource.identifier[0].value = changes.receiver;
  if (changes.sender) organisations[1].resource.identifier[0].value = changes.sender;
  if (changes.consent === false)
    bundle.entry = bundle.entry.filter((entry: Message) => entry.resource.resourceType !== 'Consent');
  const { number, family, birthDate, phone, adjustment } = changes.person ?? {};
  const patient = resource('Patient');
  if (number) patient.identifier[0].value = number;
  if (family) patient.name[1].family = family;
  if (birthDate) patient.birthDate = birthDate;
  if (phone) patient.telecom[0].value = phone;
  if (adjustment) resource('Flag').code = { text: adjustment };
  changes.more?.(resource);
  return textFile(`${bundle.id}.json`, JSON.stringify(bundle));
}

/** Several messages in one file, one a line. */
export const ndjson = (name: string, files: InFile[]): InFile =>
  textFile(name, files.map(({ bytes }) => bytes.toString()).join('\n'));

/** The Importer on a test hub's database. */
export function importer(hub: TestHub) {
  return (format: Format, files: InFile[], organisation?: string): Promise<ImportSummary> =>
    new Importer(hub.hub.services.database).run({ format, files, organisation });
}
