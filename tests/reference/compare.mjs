// Executes operations with graphql-js over the data of sandboxes, and holds the answers
// against those that the sandboxes gave themselves.
//
//     node compare.mjs OPERATIONS.json

import { readFile } from 'node:fs/promises';
import { argv, exit, stdout } from 'node:process';

import { execute, parse, print, validate } from 'graphql';

import { Hidden, resolverFrom, root, Told, typeOf } from './data.mjs';
import { inOneOrder, schemaFrom } from './schema.mjs';
import { Source } from './source.mjs';

/** One in this many requests may be left out. */
const LEFT_OUT = 50;

/** The most differences that are shown. */
const SHOWN = 10;

const { again, worlds } = JSON.parse(await readFile(argv[2], 'utf8'));
const differences = [];
for (const world of worlds) {
  await compareWorld(world);
}
if (differences.length > 0) {
  stdout.write(`\n${differences.length} answers differ. Again:\n\n    ${again}\n\n`);
  stdout.write(differences.slice(0, SHOWN).join('\n'));
  exit(1);
}

async function compareWorld({ name, url, token, sdl, operations }) {
  const source = new Source(url, token);
  const world = { schema: schemaFrom(sdl), source, resolve: resolverFrom(source) };
  const counts = { values: 0, errors: 0, refused: 0, hidden: 0, differ: 0 };
  for (const operation of operations) {
    const theirs = JSON.parse(operation.answer);
    // Once it is read, a key that stands twice or too large an integer is not seen any more.
    if (asWritten(JSON.stringify(theirs)) !== asWritten(operation.answer)) {
      counts.differ += 1;
      differences.push(report(name, operation, { what: 'how it is written', theirs: operation.answer }));
      continue;
    }
    const ours = await answer(world, operation);
    const isIntrospection = /__schema|__type\(/.test(operation.document);
    const view = (data) => (isIntrospection ? inOneOrder(plain(data)) : plain(data));
    const difference = compare(ours, theirs, view, counts);
    if (difference !== undefined) {
      counts.differ += 1;
      differences.push(report(name, operation, difference));
    }
  }
  source.close();
  for (const what of ['values', 'errors', 'refused']) {
    if (counts[what] === 0) {
      differences.push(`${name}: the operations do not reach any ${what}\n`);
    }
  }
  if (counts.hidden * LEFT_OUT > operations.length) {
    differences.push(`${name}: ${counts.hidden} requests are too many to be left out\n`);
  }
  const { values, errors, refused, hidden, differ } = counts;
  stdout.write(
    `${name}: ${operations.length} requests, ${values} values, ${errors} errors and ` +
      `${refused} refusals compared with ${source.asked} simple queries, ` +
      `${hidden} left out, ${differ} differ\n`,
  );
}

/** The answer of graphql-js. */
async function answer(world, { document: text, operationName, variables }) {
  const { schema, source } = world;
  let document;
  try {
    document = parse(text);
  } catch (error) {
    return { errors: [error] };
  }
  const invalid = validate(schema, document);
  if (invalid.length > 0) {
    return { errors: invalid };
  }
  const wanted = document.definitions.find(
    ({ kind, name }) =>
      kind === 'OperationDefinition' && (!operationName || name?.value === operationName),
  );
  const kind = wanted?.operation ?? 'query';
  const type = kind === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  const run = () =>
    execute({
      schema,
      document,
      operationName,
      variableValues: variables,
      rootValue: root(kind, type),
      fieldResolver: world.resolve,
      typeResolver: typeOf,
    });
  // As long as something is asked for, fields end in whatever order it comes, and an
  // error may end what is beside it. Once everything is known it runs in one go, and
  // in the order of the operation.
  let result = run();
  while (result instanceof Promise) {
    await result;
    source.check();
    result = run();
  }
  return result;
}

/** What differs, if anything does. */
function compare(ours, theirs, view, counts) {
  const errors = ours.errors ?? [];
  if (errors.some((error) => error.originalError instanceof Hidden || isOfCondition(error))) {
    counts.hidden += 1;
    return undefined;
  }
  if (ours.errors?.length > 0 && ours.errors.every(isOfLists)) {
    counts.hidden += 1;
    return undefined;
  }
  if (isRefused(ours) || isRefused(theirs)) {
    if (isRefused(ours) && isRefused(theirs)) {
      counts.refused += 1;
      return undefined;
    }
    return { what: 'only one refuses it', ours, theirs };
  }
  const [ourData, theirData] = [ours.data, theirs.data].map(view);
  if (JSON.stringify(ourData) !== JSON.stringify(theirData)) {
    return { ...firstDifference(ourData, theirData, []), errors, theirErrors: theirs.errors };
  }
  const theirErrors = theirs.errors ?? [];
  const places = (list) => JSON.stringify(list.map(({ path }) => path));
  if (places(errors) !== places(theirErrors)) {
    return { what: 'the places of errors', ours: errors, theirs: theirErrors };
  }
  for (const [index, error] of errors.entries()) {
    const isTold = error.originalError instanceof Told;
    if (isTold && error.message !== theirErrors[index].message) {
      return { what: 'the message of an error', ours: error, theirs: theirErrors[index] };
    }
  }
  counts.values += size(ourData);
  counts.errors += errors.length;
  return undefined;
}

/** Whether a condition is null, which a variable with a default may be. The specification
 * takes it for false, graphql-js for an error, and the sandbox for nothing at all. */
function isOfCondition({ message }) {
  return message === 'Argument "if" of non-null type "Boolean!" must not be null.';
}

/** Whether two fields under one key have other arguments, and lists among them: the front
 * end of the sandbox takes lists for alike where one goes on after the other ends. */
function isOfLists({ message, nodes = [] }) {
  const isConflict = message.includes('they have differing arguments');
  return isConflict && nodes.some((node) => print(node).includes('['));
}

/** Whether an operation was not run at all: nothing is there, and no field is to blame. */
function isRefused({ data, errors = [] }) {
  const isOfNoField = errors.length > 0 && errors.every(({ path }) => path === undefined);
  return (data ?? null) === null && isOfNoField;
}

/** JSON in which whole numbers of `Float`s have no point, which JavaScript does not write. */
function asWritten(json) {
  return json.replace(/(?<=[:,[]-?\d+)\.0(?=[,\]}])/g, '');
}

/** As it would be sent. */
function plain(data) {
  return JSON.parse(JSON.stringify(data));
}

/** How many values there are in an answer, each one once. */
function size(value) {
  if (value === null || typeof value !== 'object') {
    return 1;
  }
  return Object.values(value).reduce((sum, inner) => sum + size(inner), 1);
}

function firstDifference(ours, theirs, path) {
  const isObject = (value) => value !== null && typeof value === 'object';
  const isAlike = isObject(ours) && isObject(theirs) && Array.isArray(ours) === Array.isArray(theirs);
  const keys = isAlike ? [Object.keys(ours), Object.keys(theirs)] : [];
  if (!isAlike) {
    return { what: `\`${path.join('.')}\``, ours, theirs };
  }
  if (keys[0].join() !== keys[1].join()) {
    const what = Array.isArray(ours) ? 'how many there are in' : 'the keys of';
    return { what: `${what} \`${path.join('.')}\``, ours: keys[0], theirs: keys[1] };
  }
  for (const key of keys[0]) {
    if (JSON.stringify(ours[key]) !== JSON.stringify(theirs[key])) {
      return firstDifference(ours[key], theirs[key], [...path, key]);
    }
  }
  return { what: 'nothing', ours, theirs };
}

function report(world, operation, { what, ours, theirs, errors = [], theirErrors = [] }) {
  const lines = [
    `${world}, ${operation.name}: ${what}`,
    `  graphql-js:  ${JSON.stringify(ours)}`,
    `  the sandbox: ${JSON.stringify(theirs)}`,
  ];
  if (errors.length > 0 || theirErrors.length > 0) {
    lines.push(`  errors of graphql-js:  ${JSON.stringify(errors)}`);
    lines.push(`  errors of the sandbox: ${JSON.stringify(theirErrors)}`);
  }
  lines.push(
    `  operation name: ${JSON.stringify(operation.operationName)}`,
    `  variables: ${JSON.stringify(operation.variables)}`,
    operation.document,
    '',
  );
  return lines.join('\n');
}
