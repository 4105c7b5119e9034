// Compares pairs of schemas with graphql-js, and holds what it finds against what
// `schema::diff` found.
//
//     node changes.mjs CHANGES.json

import { readFile } from 'node:fs/promises';
import { argv, exit, stdout } from 'node:process';

import {
  BreakingChangeType,
  buildSchema,
  DangerousChangeType,
  findBreakingChanges,
  findDangerousChanges,
} from 'graphql';

/** One in this many pairs may be left out. */
const LEFT_OUT = 25;

/** The most differences that are shown. */
const SHOWN = 5;

/** Where the descriptions of graphql-js name the place of a change: patterns whose groups
 * become its coordinate and, where types are named, what was and is there. */
const PLACES = [
  [/^(?:Standard scalar )?(?<type>\w+) was removed( because it is not referenced anymore)?\.$/, 'TYPE_REMOVED'],
  [/^(?<type>\w+) changed from an? (?<kindBefore>\w+) type to an? (?<kindAfter>\w+) type\.$/, 'TYPE_CHANGED_KIND'],
  [/^(?<before>\w+) was removed from union type (?<type>\w+)\.$/, 'TYPE_REMOVED_FROM_UNION'],
  [/^(?<after>\w+) was added to union type (?<type>\w+)\.$/, 'TYPE_ADDED_TO_UNION'],
  [/^(?<field>\w+) was removed from enum type (?<type>\w+)\.$/, 'VALUE_REMOVED_FROM_ENUM'],
  [/^(?<field>\w+) was added to enum type (?<type>\w+)\.$/, 'VALUE_ADDED_TO_ENUM'],
  [/^A required field (?<field>\w+) on input type (?<type>\w+) was added\.$/, 'REQUIRED_INPUT_FIELD_ADDED'],
  [/^An optional field (?<field>\w+) on input type (?<type>\w+) was added\.$/, 'OPTIONAL_INPUT_FIELD_ADDED'],
  [/^(?<type>\w+) no longer implements interface (?<before>\w+)\.$/, 'IMPLEMENTED_INTERFACE_REMOVED'],
  [/^(?<after>\w+) added to interfaces implemented by (?<type>\w+)\.$/, 'IMPLEMENTED_INTERFACE_ADDED'],
  [/^(?<type>\w+)\.(?<field>\w+) was removed\.$/, 'FIELD_REMOVED'],
  [/^(?<type>\w+)\.(?<field>\w+) changed type from (?<before>\S+) to (?<after>\S+)\.$/, 'FIELD_CHANGED_KIND'],
  [/^A required arg (?<arg>\w+) on (?<type>\w+)\.(?<field>\w+) was added\.$/, 'REQUIRED_ARG_ADDED'],
  [/^An optional arg (?<arg>\w+) on (?<type>\w+)\.(?<field>\w+) was added\.$/, 'OPTIONAL_ARG_ADDED'],
  [/^(?<type>\w+)\.(?<field>\w+) arg (?<arg>\w+) was removed\.$/, 'ARG_REMOVED'],
  [/^(?<type>\w+)\.(?<field>\w+) arg (?<arg>\w+) has changed type from (?<before>\S+) to (?<after>\S+)\.$/, 'ARG_CHANGED_KIND'],
  [/^(?<type>\w+)\.(?<field>\w+) arg (?<arg>\w+) (?:defaultValue was removed\.|has changed defaultValue from .*)$/s, 'ARG_DEFAULT_VALUE_CHANGE'],
  [/^(?<directive>\w+) was removed\.$/, 'DIRECTIVE_REMOVED'],
  [/^(?<arg>\w+) was removed from (?<directive>\w+)\.$/, 'DIRECTIVE_ARG_REMOVED'],
  [/^A required arg (?<arg>\w+) on directive (?<directive>\w+) was added\.$/, 'REQUIRED_DIRECTIVE_ARG_ADDED'],
  [/^Repeatable flag was removed from (?<directive>\w+)\.$/, 'DIRECTIVE_REPEATABLE_REMOVED'],
  [/^(?<before>\w+) was removed from (?<directive>\w+)\.$/, 'DIRECTIVE_LOCATION_REMOVED'],
];

/** What of a change names what was and is there. Other kinds name nothing, or in other
 * words than we do. */
const NAMING = new Set([
  'TYPE_REMOVED_FROM_UNION',
  'TYPE_ADDED_TO_UNION',
  'IMPLEMENTED_INTERFACE_REMOVED',
  'IMPLEMENTED_INTERFACE_ADDED',
  'FIELD_CHANGED_KIND',
  'ARG_CHANGED_KIND',
  'DIRECTIVE_LOCATION_REMOVED',
]);

const { again, pairs } = JSON.parse(await readFile(argv[2], 'utf8'));
const differences = [];
const counts = new Map();
const seen = new Set();
for (const pair of pairs) {
  const count = counts.get(pair.name) ?? { pairs: 0, changes: 0, hidden: 0, differ: 0 };
  counts.set(pair.name, count);
  count.pairs += 1;
  const [ours, theirs] = [pair.changes.map(fromOurs).sort(), found(pair)?.sort()];
  if (theirs === undefined) {
    count.hidden += 1;
    continue;
  }
  count.changes += theirs.length;
  theirs.forEach((change) => seen.add(change.split(' ')[1]));
  if (ours.join('\n') !== theirs.join('\n')) {
    count.differ += 1;
    differences.push(report(pair, ours, theirs));
  }
}
let leftOut = 0;
for (const [name, { pairs, changes, hidden, differ }] of counts) {
  leftOut += hidden;
  stdout.write(
    `changes of ${name}: ${pairs} pairs, ${changes} changes, ${hidden} left out, ${differ} differ\n`,
  );
}
if (leftOut * LEFT_OUT > pairs.length) {
  differences.push(`${leftOut} pairs are too many to be left out\n`);
}
for (const kind of [...Object.keys(BreakingChangeType), ...Object.keys(DangerousChangeType)]) {
  if (!seen.has(kind)) {
    differences.push(`no pair has a change of the kind ${kind}\n`);
  }
}
if (differences.length > 0) {
  stdout.write(`\n${differences.length} differences. Again:\n\n    ${again}\n\n`);
  stdout.write(differences.slice(0, SHOWN).join('\n'));
  exit(1);
}

/** What graphql-js finds, unless it cannot print a default: it throws where one holds a
 * list or an object in the place of a scalar of one's own. */
function found(pair) {
  const [old, current] = [buildSchema(pair.old), buildSchema(pair.new)];
  let changes;
  try {
    changes = {
      breaking: findBreakingChanges(old, current),
      dangerous: findDangerousChanges(old, current),
    };
  } catch (error) {
    if (error.message.startsWith('Cannot convert value to AST')) {
      return undefined;
    }
    throw error;
  }
  return Object.entries(changes).flatMap(([severity, list]) =>
    list.map((change) => fromTheirs(severity, change)),
  );
}

function fromTheirs(severity, { type: kind, description }) {
  const [pattern] = PLACES.find(([, one]) => one === kind);
  const groups = pattern.exec(description)?.groups;
  if (groups === undefined) {
    throw new Error(`no place is known in ${JSON.stringify(description)}, a ${kind}`);
  }
  const { type, field, arg, directive, before, after } = groups;
  const owner = directive === undefined ? type : `@${directive}`;
  const member = field === undefined ? owner : `${owner}.${field}`;
  const coordinate = arg === undefined ? member : `${member}(${arg}:)`;
  return written(severity, kind, coordinate, before, after);
}

function fromOurs({ severity, kind, coordinate, before, after }) {
  return written(severity, kind, coordinate, before, after);
}

function written(severity, kind, coordinate, before, after) {
  const named = NAMING.has(kind) ? ` ${before ?? '-'} ${after ?? '-'}` : '';
  return `${severity} ${kind} ${coordinate}${named}`;
}

function report({ name, old, new: current }, ours, theirs) {
  const only = (some, others) => some.filter((one) => !others.includes(one)).join('\n  ');
  const lines = [
    `${name}:`,
    ` only graphql-js:`,
    `  ${only(theirs, ours)}`,
    ` only schema::diff:`,
    `  ${only(ours, theirs)}`,
  ];
  // Of a large schema nobody reads this.
  if (old.length + current.length < 20_000) {
    lines.push('--- old', old, '--- new', current);
  }
  lines.push('');
  return lines.join('\n');
}
