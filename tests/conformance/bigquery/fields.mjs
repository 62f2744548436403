// Checks recorded documents (record.mjs) against Google's published description of the API: the types that
// the npm package @google-cloud/bigquery carries (types.d.ts, made from the discovery document). A field
// that it does not name, or a value of another type, is told once, with an example of where.
//
//	fields.mjs types.d.ts RECORD ...
import { readFileSync } from 'node:fs';

// ---- the description: a small reader of the .d.ts, which uses few of TypeScript's words

const text = readFileSync(process.argv[2], 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
const tokens = text.match(/'[^']*'|[A-Za-z_$][\w$.]*|[{}<>[\]():;|?=,]/g);
let at = 0;
const types = new Map();
const take = (word) => (tokens[at] === word ? (at++, true) : false);

function expect(word) {
  if (!take(word)) throw new Error(`types.d.ts: ${word} expected, not ${tokens.slice(at, at + 5).join(' ')}`);
}

function readObject() {
  const fields = {};
  let rest;
  while (!take('}')) {
    if (take('[')) {
      at += 3; // key : string
      expect(']');
      expect(':');
      rest = readType();
    } else {
      const name = tokens[at++].replace(/'/g, '');
      take('?');
      expect(':');
      fields[name] = readType();
    }
    take(';');
  }
  return { fields, rest };
}

function readOne() {
  const word = tokens[at++];
  if (word === '{') return readObject();
  if (word === 'Array') {
    expect('<');
    const of = readType();
    expect('>');
    return { of };
  }
  if (word[0] === "'") return { text: word.slice(1, -1) };
  return { name: word };
}

function readType() {
  take('|');
  const any = [readOne()];
  while (take('|')) any.push(readOne());
  return any.length > 1 ? { any } : any[0];
}

while (at < tokens.length) {
  if (!take('type')) {
    at++;
    continue;
  }
  const name = tokens[at++];
  expect('=');
  const type = readType();
  if (!types.has(name)) types.set(name, type);
}

// ---- a value against a type

// What the description leaves open, or says otherwise than the service does.
const open = { IJsonValue: true, IJsonObject: true, any: true };

function* faults(value, type, path) {
  if (value === null || open[type.name]) return;
  if (type.any) {
    const tried = type.any.map((t) => [...faults(value, t, path)]);
    if (!tried.some((f) => !f.length)) yield [path, 'none of the values that are described'];
  } else if (type.text !== undefined) {
    if (value !== type.text) yield [path, `not ${type.text}`];
  } else if (type.of) {
    if (!Array.isArray(value)) yield [path, 'no array'];
    else for (const item of value) yield* faults(item, type.of, `${path}[]`);
  } else if (type.fields) {
    if (typeof value !== 'object' || Array.isArray(value)) yield [path, 'no object'];
    else {
      for (const [key, item] of Object.entries(value)) {
        const of = type.fields[key] ?? type.rest;
        if (of) yield* faults(item, of, `${path}.${key}`);
        else yield [`${path}.${key}`, 'no field of that name'];
      }
    }
  } else if (['string', 'number', 'boolean'].includes(type.name)) {
    if (typeof value !== type.name) yield [path, `a ${typeof value}, not a ${type.name}`];
  } else if (types.has(type.name)) yield* faults(value, types.get(type.name), path);
  else throw new Error(`types.d.ts has no ${type.name}`);
}

// ---- which types a method has (discovery document, "methods")

const P = '^(?:/(?:resumable/)?upload)?(?:/bigquery/v2)?/projects/[^/]+';
const methods = [
  ['POST', '/datasets', 'IDataset', 'IDataset'],
  ['GET', '/datasets', null, 'IDatasetList'],
  ['GET', '/datasets/[^/]+', null, 'IDataset'],
  ['PATCH', '/datasets/[^/]+', 'IDataset', 'IDataset'],
  ['PUT', '/datasets/[^/]+', 'IDataset', 'IDataset'],
  ['POST', '/datasets/[^/]+/tables', 'ITable', 'ITable'],
  ['GET', '/datasets/[^/]+/tables', null, 'ITableList'],
  ['GET', '/datasets/[^/]+/tables/[^/]+', null, 'ITable'],
  ['PATCH', '/datasets/[^/]+/tables/[^/]+', 'ITable', 'ITable'],
  ['PUT', '/datasets/[^/]+/tables/[^/]+', 'ITable', 'ITable'],
  ['GET', '/datasets/[^/]+/tables/[^/]+/data', null, 'ITableDataList'],
  ['POST', '/datasets/[^/]+/tables/[^/]+/insertAll', 'ITableDataInsertAllRequest', 'ITableDataInsertAllResponse'],
  ['POST', '/jobs', 'IJob', 'IJob'],
  ['PUT', '/jobs', null, 'IJob'],
  ['GET', '/jobs', null, 'IJobList'],
  ['GET', '/jobs/[^/]+', null, 'IJob'],
  ['POST', '/jobs/[^/]+/cancel', null, 'IJobCancelResponse'],
  ['POST', '/queries', 'IQueryRequest', 'IQueryResponse'],
  ['GET', '/queries/[^/]+', null, 'IGetQueryResultsResponse'],
].map(([method, path, request, reply]) => ({ method, path: new RegExp(`${P}${path}/?$`), request, reply }));

types.set('error', { fields: { error: { fields: {
  code: { name: 'number' }, message: { name: 'string' }, status: { name: 'string' },
  errors: { of: { fields: { message: { name: 'string' }, domain: { name: 'string' }, reason: { name: 'string' },
    location: { name: 'string' }, locationType: { name: 'string' }, debugInfo: { name: 'string' } } } },
} } } });
// What has no document: deletions, the parts of an upload; and the description itself.
const plain = /^DELETE |^PUT .*upload|discovery/;
// What is answered by a header alone: the begin of an upload.
const begun = /^reply to POST .*upload/;
// What a foreign client sends is not ours to mend.
const ours = /^leadpipe\//;

const told = new Map();
let documents = 0;
function judge(document, name, where) {
  if (!name) return;
  if (document === undefined) {
    if (!begun.test(where)) told.set(where, `${where}: no JSON`);
    return;
  }
  documents++;
  for (const [path, what] of faults(document, { name }, name)) {
    if (!told.has(path)) told.set(path, `${where}: ${path}: ${what}`);
  }
}

for (const file of process.argv.slice(3)) {
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const pass = JSON.parse(line);
    const method = methods.find((m) => m.method === pass.method && m.path.test(pass.path));
    const where = `${pass.method} ${pass.path}`;
    if (!method) {
      if (!plain.test(where)) told.set(where, `${where}: no method that is checked here`);
      continue;
    }
    if (ours.test(pass.agent)) judge(pass.request, method.request, `request of ${where}`);
    judge(pass.reply, pass.status < 300 ? method.reply : pass.status >= 400 && 'error', `reply to ${where}`);
  }
}
for (const line of told.values()) console.log(`not ok - description: ${line}`);
if (!documents) console.log('not ok - description: nothing was recorded');
else if (!told.size) console.log(`ok - description: ${documents} documents have its fields and types only`);
