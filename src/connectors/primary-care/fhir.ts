import { get, isObject, list, text, unique, type JsonObject } from '../read/values';
import { fhirXmlToJson, XmlFault } from '../read/xml';
import { jsonEntries, type JsonEntry } from '../read/json';
import { decode } from '../read/decode';
import { refusal } from '../read/attempt';
import type { InFile, Mapped } from '../draft';

/** FHIR R4 as the NHS writes it: documents, references, identifiers and codes. */

const ODS = /^https?:\/\/fhir\.nhs\.uk\/id\/ods-organization-code$/i;
const NHS_NUMBER = /^https?:\/\/fhir\.nhs\.uk\/id\/nhs-number$/i;

/** The documents of a file, whether it is JSON, NDJSON or XML. */
export function* fhirDocuments(file: InFile): Generator<JsonEntry | Mapped> {
  const xml = decode(file.bytes);
  if (!xml?.trimStart().startsWith('<')) {
    yield* jsonEntries(file);
    return;
  }
  const origin = { file: file.name, line: 1, raw: xml };
  try {
    yield { ...origin, value: fhirXmlToJson(xml) };
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    yield refusal(origin, 'file', error.message);
  }
}

export function typeOf(resource: unknown): string | undefined {
  return text(resource, 'resourceType');
}

export interface Entry {
  fullUrl?: string;
  resource: JsonObject;
}

/** Entries of a Bundle. Published messages contain some without the `resource` wrapper. */
export function entriesOf(bundle: unknown): (Entry | undefined)[] {
  return list(get(bundle, 'entry')).map((entry) => {
    const resource = get(entry, 'resource') ?? entry;
    return isObject(resource) && typeOf(resource) ? { fullUrl: text(entry, 'fullUrl'), resource } : undefined;
  });
}

/** Finds what a Reference means: contained, by `fullUrl`, by `Type/id`, and last by id alone. */
export class References {
  private readonly byUrl = new Map<string, JsonObject>();
  private readonly byId = new Map<string, JsonObject>();
  private readonly byType = new Map<string, JsonObject[]>();

  add({ fullUrl, resource }: Entry): void {
    const type = typeOf(resource) ?? '';
    const id = text(resource, 'id');
    if (fullUrl) this.byUrl.set(fullUrl, resource);
    if (id) this.byUrl.set(`${type}/${id}`, resource);
    // Published messages misspell resource types in references, so the id alone is the last resort.
    for (const name of [id, lastSegment(fullUrl)]) if (name && !this.byId.has(name)) this.byId.set(name, resource);
    const alike = this.byType.get(type);
    if (alike) alike.push(resource);
    else this.byType.set(type, [resource]);
  }

  all(type: string): JsonObject[] {
    return this.byType.get(type) ?? [];
  }

  /** `holder` is the resource that the reference stands in: `#id` looks among what it contains. */
  resolve(reference: unknown, holder?: unknown): JsonObject | undefined {
    const url = text(reference, 'reference');
    if (!url) return undefined;
    if (url.startsWith('#')) {
      const contained = list(get(holder, 'contained')).filter(isObject);
      return contained.find((each) => text(each, 'id') === url.slice(1));
    }
    const unversioned = url.split('/_history/')[0];
    const relative = unversioned.split('/').slice(-2).join('/');
    const last = lastSegment(unversioned);
    return this.byUrl.get(unversioned) ?? this.byUrl.get(relative) ?? (last ? this.byId.get(last) : undefined);
  }

  /** The ODS code a reference leads to, through roles, services and locations to their organisation. */
  odsOf(reference: unknown, holder?: unknown, steps = 4): string | undefined {
    const logical = odsIdentifier(get(reference, 'identifier'));
    if (logical) return logical;
    const target = this.resolve(reference, holder);
    if (!target || steps === 0) return undefined;
    const own = typeOf(target) === 'Organization' ? odsIdentifier(target.identifier) : undefined;
    if (own) return own;
    for (const onward of this.organisationsOf(target)) {
      // What a contained resource refers to is contained beside it, not in it.
      const beside = text(reference, 'reference')?.startsWith('#') ? holder : target;
      const found = this.odsOf(onward, beside, steps - 1);
      if (found) return found;
    }
    return undefined;
  }

  private organisationsOf(target: JsonObject): unknown[] {
    switch (typeOf(target)) {
      case 'Organization':
        return list(target.partOf);
      case 'PractitionerRole':
        return list(target.organization);
      case 'HealthcareService':
        return list(target.providedBy);
      case 'Practitioner': {
        const roles = this.all('PractitionerRole');
        return roles
          .filter((role) => this.resolve(role.practitioner, role) === target)
          .flatMap((r) => list(r.organization));
      }
      case 'Device':
        return list(target.owner);
      default:
        return list(target.managingOrganization);
    }
  }
}

function lastSegment(url: string | undefined): string | undefined {
  return url?.split(/[/:]/).pop() || undefined;
}

/** Both spellings of the system occur (`/Id/` and `/id/`, http and https). */
export function odsIdentifier(identifiers: unknown): string | undefined {
  const found = list(identifiers).find((each) => ODS.test(text(each, 'system') ?? ''));
  const code = text(found, 'value')?.toUpperCase();
  return code && /^[A-Z0-9]{3,12}$/.test(code) ? code : undefined;
}

export function isNhsNumberSystem(system: string | undefined): boolean {
  return NHS_NUMBER.test(system ?? '');
}

export interface Coding {
  system?: string;
  code?: string;
  display?: string;
}

/** All codings of one CodeableConcept or of several. */
export function codings(concepts: unknown): Coding[] {
  return list(concepts)
    .flatMap((concept) => list(get(concept, 'coding')))
    .map((coding) => ({
      system: text(coding, 'system'),
      code: text(coding, 'code'),
      display: text(coding, 'display'),
    }));
}

/** What a CodeableConcept says, in its own words: the text, then the displays. */
export function wordsOf(concept: unknown): string[] {
  return unique([text(concept, 'text'), ...codings(concept).map((coding) => coding.display)]);
}

/** The shortest label fit for a summary; a bare code when the source gave no words. */
export function labelOf(concept: unknown): string | undefined {
  return (
    codings(concept).find((coding) => coding.display)?.display ?? text(concept, 'text') ?? codings(concept)[0]?.code
  );
}

export function hasCode(concepts: unknown, systemEnd: string, code: string): boolean {
  return codings(concepts).some((coding) => coding.code === code && (coding.system ?? '').endsWith(systemEnd));
}

export function extension(resource: unknown, urlEnd: string): unknown {
  return list(get(resource, 'extension')).find((each) => (text(each, 'url') ?? '').endsWith(urlEnd));
}
