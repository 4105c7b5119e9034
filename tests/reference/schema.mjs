// The schema for graphql-js, and what the two show differently of schemas on purpose.

import { buildSchema } from 'graphql';

export function schemaFrom(sdl) {
  return buildSchema(sdl);
}

export function inOneOrder(data) {
  return data;
}
