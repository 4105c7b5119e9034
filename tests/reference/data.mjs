// The data of the sandbox as graphql-js asks for it: a resolver knows the way from the
// root to its object, and asks for its one field at the end of that way. Such a query
// has no aliases, no directives, nothing to be merged, hardly a variable, and no
// fragments but the condition that a field needs below an interface or union.
//
// One query answers for the same field of all objects in a list.

import { getNamedType, isAbstractType, isLeafType } from 'graphql';

import { declared, writtenArguments } from './literal.mjs';

/** What the sandbox said that went wrong with a field. */
export class Told extends Error {}

/** That the error of another object in a list hides what this one has. */
export class Hidden extends Error {}

/** The object at the end of a way. */
class Place {
  constructor(type, way, path) {
    this.type = type;
    this.way = way;
    this.path = path;
  }
}

/** The way to an object: the text of a query around its fields. */
class Way {
  constructor(operation, before, after, variables) {
    this.operation = operation;
    this.before = before;
    this.after = after;
    this.variables = variables;
  }

  /** The way on through a field. */
  field({ name, args }, values) {
    const variables = [...this.variables];
    const field = `${this.before} ${name}${writtenArguments(args, values, variables)}`;
    return new Way(this.operation, field, this.after, variables);
  }

  /** The way into a selection. */
  inside(opening) {
    return new Way(this.operation, `${this.before} ${opening}`, ` }${this.after}`, this.variables);
  }

  /** The request that goes it. */
  get request() {
    const query = `${this.operation}${declared(this.variables)}${this.before}${this.after}`;
    const variables = this.variables.map(({ value }, number) => [`v${number}`, value]);
    return JSON.stringify({ query, variables: Object.fromEntries(variables) });
  }
}

/** The root of queries or mutations. */
export function root(operation, type) {
  return new Place(type.name, new Way(operation, '', '', []).inside('{'), []);
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
    const way = place.way.field(field, values);
    const wanted = isLeafType(type) ? way : way.inside('{ __typename');
    const answer = source.answer(wanted.request);
    const read = (known) => {
      const path = [...place.path, field.name];
      const value = at(path, known);
      return isLeafType(type) ? value : places(value, type, way, path);
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
function places(value, type, way, path) {
  if (value === null) {
    return null;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => places(item, type, way, [...path, index]));
  }
  const name = value.__typename;
  const inside = way.inside('{');
  return new Place(name, isAbstractType(type) ? inside.inside(`... on ${name} {`) : inside, path);
}
