// Coerced values of arguments, written as GraphQL in the one plainest way there is:
// every list as a list, every field of an input in the order of the schema.

import {
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
} from 'graphql';

/**
 * The arguments of a field with their brackets, or nothing where there are none.
 *
 * The sandbox's front end takes null inside of a scalar for a value of that scalar, and
 * refuses it where the scalar must not be null. Such values become variables.
 */
export function writtenArguments(definitions, values, variables) {
  const given = definitions.filter(({ name }) => values[name] !== undefined);
  if (given.length === 0) {
    return '';
  }
  const written = given.map(({ name, type }) => {
    const value = values[name];
    if (value === null || !hasNull(value)) {
      return `${name}: ${literal(value, type)}`;
    }
    variables.push({ type, value });
    return `${name}: $v${variables.length - 1}`;
  });
  return `(${written.join(', ')})`;
}

/** The declarations of variables with their brackets. */
export function declared(variables) {
  return variables.length === 0
    ? ''
    : `(${variables.map(({ type }, number) => `$v${number}: ${type}`).join(', ')})`;
}

function hasNull(value) {
  return value === null || (typeof value === 'object' && Object.values(value).some(hasNull));
}

function literal(value, nullableOrNot) {
  const type = getNullableType(nullableOrNot);
  if (value === null) {
    return 'null';
  }
  if (isListType(type)) {
    return `[${value.map((item) => literal(item, type.ofType)).join(', ')}]`;
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(({ name }) => value[name] !== undefined);
    return `{${fields.map((field) => `${field.name}: ${literal(value[field.name], field.type)}`).join(', ')}}`;
  }
  if (isEnumType(type)) {
    return value;
  }
  if (type.name === 'Float' && Number.isInteger(value)) {
    return `${value}.0`;
  }
  return anything(value);
}

/** What JSON can hold, as the literal of a scalar that takes anything. Where a variable
 * has no value, there is none in it. */
function anything(value) {
  if (Array.isArray(value)) {
    return `[${value.map((item) => anything(item ?? null)).join(', ')}]`;
  }
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return `{${fields.map(([name, inner]) => `${name}: ${anything(inner)}`).join(', ')}}`;
  }
  return JSON.stringify(value);
}
