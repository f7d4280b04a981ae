import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLField,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  lexicographicSortSchema,
  printSchema,
  validateSchema,
} from 'graphql';
import { hubSchema } from '../../src/server';

const root = path.join(__dirname, '../..');
const read = (...names: string[]) => readFileSync(path.join(root, ...names), 'utf8');

let schema: GraphQLSchema;
let promised: GraphQLSchema;
beforeAll(async () => {
  schema = await hubSchema();
  promised = buildSchema(read('schema', 'contract', 'core.graphql') + read('schema', 'contract', 'later.graphql'));
});

const fieldsOf = (of: GraphQLSchema, name: string) => {
  const type = of.getType(name);
  return isObjectType(type) || isInterfaceType(type) || isInputObjectType(type) ? type.getFields() : {};
};

describe('the schema', () => {
  it('is valid', () => {
    expect(validateSchema(schema)).toEqual([]);
  });

  it('is the one that is committed, printed and sorted', () => {
    expect(`${printSchema(lexicographicSortSchema(schema))}\n`).toBe(read('schema', 'loopwell.graphql'));
  });

  it('keeps every promise of the contract: each type, field, argument, value, default and nullability', () => {
    const broken: string[] = [];
    for (const [name, type] of Object.entries(promised.getTypeMap())) {
      if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
      const ours = schema.getType(name);
      if (!ours || ours.constructor !== type.constructor) {
        broken.push(name);
        continue;
      }
      if (isEnumType(type) && isEnumType(ours)) {
        for (const { name: value } of type.getValues()) if (!ours.getValue(value)) broken.push(`${name}.${value}`);
      }
      if (isUnionType(type) && isUnionType(ours)) {
        for (const member of type.getTypes())
          if (!ours.getTypes().some((each) => each.name === member.name)) broken.push(`${name}|${member.name}`);
      }
      if (isObjectType(type) && isObjectType(ours)) {
        for (const each of type.getInterfaces())
          if (!ours.getInterfaces().some((one) => one.name === each.name)) broken.push(`${name}&${each.name}`);
      }
      const here = fieldsOf(schema, name);
      for (const [field, declaration] of Object.entries(fieldsOf(promised, name))) {
        const own = here[field];
        if (String(own?.type) !== String(declaration.type))
          broken.push(`${name}.${field}: ${own?.type ?? 'absent'}, not ${declaration.type}`);
        if (
          'defaultValue' in declaration &&
          JSON.stringify((own as typeof declaration).defaultValue) !== JSON.stringify(declaration.defaultValue)
        ) {
          broken.push(`${name}.${field} default`);
        }
        for (const arg of 'args' in declaration ? declaration.args : []) {
          const same = (own as GraphQLField<unknown, unknown> | undefined)?.args.find((each) => each.name === arg.name);
          if (String(same?.type) !== String(arg.type))
            broken.push(`${name}.${field}(${arg.name}): ${same?.type ?? 'absent'}, not ${arg.type}`);
          if (JSON.stringify(same?.defaultValue) !== JSON.stringify(arg.defaultValue))
            broken.push(`${name}.${field}(${arg.name}) default`);
        }
      }
    }
    expect(broken).toEqual([]);
  });

  it('asks for nothing that a client of the contract does not send', () => {
    const demands: string[] = [];
    for (const name of Object.keys(promised.getTypeMap())) {
      for (const [field, own] of Object.entries(fieldsOf(schema, name))) {
        const required = (each: { type: unknown; defaultValue?: unknown }) =>
          String(each.type).endsWith('!') && each.defaultValue === undefined;
        const declared = fieldsOf(promised, name)[field];
        if (isInputObjectType(schema.getType(name)) && !declared && required(own)) demands.push(`${name}.${field}`);
        if (declared && 'args' in own && 'args' in declared) {
          for (const arg of own.args)
            if (required(arg) && !declared.args.some((each) => each.name === arg.name))
              demands.push(`${name}.${field}(${arg.name})`);
        }
      }
    }
    expect(demands).toEqual([]);
  });

  it('breaks nothing of the committed one that is not an accepted break', () => {
    const accepted = (JSON.parse(read('schema', 'accepted-breaks.json')) as { description: string }[]).map(
      ({ description }) => description,
    );
    const breaks = findBreakingChanges(buildSchema(read('schema', 'loopwell.graphql')), schema).map(
      ({ description }) => description,
    );
    expect(breaks.filter((each) => !accepted.includes(each))).toEqual([]);
  });

  it('describes every type, field, argument and enum value', () => {
    const bare: string[] = [];
    for (const [name, type] of Object.entries(schema.getTypeMap())) {
      if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
      if (!type.description?.trim()) bare.push(name);
      if (isEnumType(type))
        for (const value of type.getValues()) if (!value.description) bare.push(`${name}.${value.name}`);
      for (const [field, own] of Object.entries(fieldsOf(schema, name))) {
        if (!own.description) bare.push(`${name}.${field}`);
        for (const arg of 'args' in own ? own.args : [])
          if (!arg.description) bare.push(`${name}.${field}(${arg.name})`);
      }
    }
    expect(bare).toEqual([]);
  });

  it('gives every growing list the form of a connection', () => {
    const bounded = new Set([
      'Identifier',
      'Network',
      'Organisation',
      'ContactPoint',
      'Redaction',
      'Consent',
      'ReferralReason',
      'ReferralRoute',
      'Note',
      // vocabularies and their counts by month; rules and shares are few by their nature
      'ReasonCode',
      'ReasonCount',
      'RouteCount',
      'ServiceCount',
      'ServiceLoadCount',
      'UnmetNeed',
      'CohortRule',
      'PracticeShare',
      // an answer, cut at a page's size
      'Eligibility.services',
      'Refusal',
    ]);
    for (const each of [
      'BankHoliday',
      'Cover',
      'InstrumentItem',
      'LoopEntry',
      'MeasurementItem',
      'Instrument',
      'UserError',
      'FeedbackEvent',
      'FeedbackEdge',
      'Escalation',
      'SharedWith',
      'MyFeedbackEvent',
      'Proxy',
      'SafeguardingNote',
    ])
      bounded.add(each);
    for (const each of ['Choice', 'Goal', 'Extension', 'Preparation']) bounded.add(each);
    const lists: string[] = [];
    for (const [name, type] of Object.entries(schema.getTypeMap())) {
      if (!isObjectType(type) || isIntrospectionType(type) || /Connection$/.test(name)) continue;
      for (const [field, own] of Object.entries(type.getFields())) {
        const inner = /^\[(\w+)!\]!?$/.exec(String(own.type))?.[1];
        if (inner && isObjectType(schema.getType(inner)) && !bounded.has(inner) && !bounded.has(`${name}.${field}`))
          lists.push(`${name}.${field}`);
      }
    }
    expect(lists).toEqual([]);
  });
});
