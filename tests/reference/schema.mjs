// The schema for graphql-js, and what the two show differently of it though both are
// right.

import { buildSchema, introspectionTypes, isInputObjectType, print } from 'graphql';

/** Directives that have changed, or were added, since the edition of October 2021. */
const NEWER = ['deprecated', 'oneOf'];

/** Lists of introspection that have no order. */
const UNORDERED = ['types', 'directives', 'possibleTypes'];

// A default is shown as it is written, not with the defaults that are inside of it.
const { defaultValue } = introspectionTypes
  .find(({ name }) => name === '__InputValue')
  .getFields();
const shown = defaultValue.resolve;
defaultValue.resolve = (input, ...rest) => {
  const written = input.astNode?.defaultValue;
  return written === undefined ? shown(input, ...rest) : print(written);
};

/** A schema as the edition of October 2021 has it. */
export function schemaFrom(sdl) {
  const schema = buildSchema(sdl);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type)) {
      type.isOneOf = false;
    }
  }
  return schema;
}

/** Introspection without what either has of its own: the order of types, and the types
 * and directives of GraphQL itself, which grow with its editions. */
export function inOneOrder(value) {
  if (Array.isArray(value)) {
    return value.map(inOneOrder);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  const fields = Object.entries(value).map(([key, inner]) => {
    const ordered =
      UNORDERED.includes(key) && Array.isArray(inner)
        ? inner
            .filter(({ name }) => !name.startsWith('__') && !NEWER.includes(name))
            .sort((one, other) => (one.name < other.name ? -1 : 1))
        : inner;
    return [key, inOneOrder(ordered)];
  });
  return Object.fromEntries(fields);
}
