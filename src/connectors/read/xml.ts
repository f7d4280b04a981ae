import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { decodeEntities } from './text';
import { isObject, list, type JsonObject } from './values';

/** What is wrong with a document, in words that quote nothing of it. */
export class XmlFault extends Error {}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  parseAttributeValue: false,
  // Ours decodes each reference once and knows no entity that a document declares.
  processEntities: false,
  // Narrative is XHTML for people; it repeats the data and would only cost time.
  stopNodes: ['*.div'],
});

/**
 * FHIR XML to FHIR JSON (FHIR R4, "XML representation"): values stand in `value` attributes, resources are elements
 * that start with a capital. A repeated element becomes an array; a single one stays single, as `list` expects.
 */
export function fhirXmlToJson(xml: string): JsonObject {
  if (/<!DOCTYPE/i.test(xml)) throw new XmlFault('a document type declaration is not allowed in FHIR');
  const parsed = parse(xml);
  const names = Object.keys(parsed).filter((name) => isResourceName(name));
  if (names.length !== 1 || !isObject(parsed[names[0]])) throw new XmlFault('the document is not one FHIR resource');
  return { resourceType: names[0], ...members(parsed[names[0]] as JsonObject) };
}

function parse(xml: string): JsonObject {
  if (XMLValidator.validate(xml) !== true) throw new XmlFault('this is not well-formed XML');
  try {
    return parser.parse(xml) as JsonObject;
  } catch {
    throw new XmlFault('this XML could not be read: it is nested too deeply or uses reserved names');
  }
}

function isResourceName(name: string): boolean {
  return /^[A-Z][A-Za-z]*$/.test(name);
}

function members(element: JsonObject): JsonObject {
  const out: JsonObject = {};
  for (const [name, child] of Object.entries(element)) {
    if (name === '@xmlns' || name === '#text' || name === 'div') continue;
    if (name.startsWith('@')) out[name.slice(1)] = decodeEntities(String(child));
    else out[name] = Array.isArray(child) ? child.map((each) => value(each)) : value(child);
  }
  return out;
}

function value(element: unknown): unknown {
  if (!isObject(element)) return undefined;
  if (typeof element['@value'] === 'string') return decodeEntities(element['@value']);
  const inner = Object.keys(element).filter(isResourceName);
  if (inner.length) {
    const resources = inner.flatMap((name) =>
      list(element[name])
        .filter(isObject)
        .map((each) => resource(name, each)),
    );
    return resources.length === 1 ? resources[0] : resources;
  }
  return members(element);
}

function resource(name: string, element: JsonObject): JsonObject {
  return { resourceType: name, ...members(element) };
}
