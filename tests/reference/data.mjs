// The data of the sandbox as graphql-js asks for it: a resolver knows the way from the
// root to its object, and asks for its one field at the end of that way. Such a query
// has no variables, no aliases, no directives, nothing to be merged, and no fragments
// but the condition that a field of an object needs below an interface or union.
//
// One query answers for the same field of all objects in a list.

import { getNamedType, isAbstractType, isLeafType } from 'graphql';

import { writtenArguments } from './literal.mjs';

/** What the sandbox said that went wrong with a field. */
export class Told extends Error {}

/** That the error of another object in a list hides what this one has. */
export class Hidden extends Error {}

/** The object at the end of a way. */
class Place {
  constructor(type, before, after, path) {
    this.type = type;
    this.before = before;
    this.after = after;
    this.path = path;
  }
}

/** The root of queries or mutations. */
export function root(operation, type) {
  return new Place(type.name, `${operation} {`, ' }', []);
}

/** The type of an object behind an interface or union. */
export function typeOf(place) {
  return place.type;
}

/** A resolver for every field. */
export function resolverFrom(source) {
  return (place, values, _context, info) => {
    const field = info.parentType.getFields()[info.fieldName];
    const type = getNamedType(field.type);
    const way = `${place.before} ${field.name}${writtenArguments(field.args, values)}`;
    const inside = isLeafType(type) ? '' : ' { __typename }';
    const answer = source.answer(`${way}${inside}${place.after}`);
    const read = (known) => {
      const path = [...place.path, field.name];
      const value = at(path, known);
      return isLeafType(type) ? value : places(value, type, way, place.after, path);
    };
    return answer instanceof Promise ? answer.then(read) : read(answer);
  };
}

/** The value at a path of an answer, or the error that is there instead. */
function at(path, { data, errors = [] }) {
  const error = errors.find((one) => JSON.stringify(one.path) === JSON.stringify(path));
  if (error !== undefined) {
    throw new Told(error.message);
  }
  let value = data;
  for (const key of path) {
    if (value === null && errors.some((one) => one.path !== undefined)) {
      throw new Hidden('the error of another object took this one with it');
    }
    if (value === null || value === undefined) {
      break;
    }
    value = value[key];
  }
  if (value === undefined) {
    throw new Error(`the sandbox has no answer: ${JSON.stringify({ data, errors })}`);
  }
  return value;
}

/** The objects of a field, in as many lists as they are in. */
function places(value, type, way, after, path) {
  if (value === null) {
    return null;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => places(item, type, way, after, [...path, index]));
  }
  const name = value.__typename;
  return isAbstractType(type)
    ? new Place(name, `${way} { ... on ${name} {`, ` } }${after}`, path)
    : new Place(name, `${way} {`, ` }${after}`, path);
}
