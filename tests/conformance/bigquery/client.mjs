// @google-cloud/bigquery against the sandbox.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, installed, url } from '../check.mjs';

const { BigQuery } = installed('@google-cloud/bigquery');
const { PassThroughClient } = installed('google-auth-library');
const bigquery = new BigQuery({ apiEndpoint: url, projectId: 'p', authClient: new PassThroughClient() });
const dataset = bigquery.dataset('node');

async function fails(promise, reason) {
  const error = await promise.then(() => assert.fail(`no ${reason}`), (e) => e);
  assert.equal(error.errors?.[0]?.reason, reason, error.stack);
  return error;
}

const rows = async (query, params, types) => (await bigquery.query({ query, params, types }))[0];
function ndjson(name, list) {
  const path = join(tmpdir(), name);
  const text = list.map((row) => JSON.stringify(row) + '\n').join('');
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}
const json = { sourceFormat: 'NEWLINE_DELIMITED_JSON' };
const lead = {
  fields: [
    { name: 'id', type: 'STRING', mode: 'REQUIRED' },
    { name: 'seen', type: 'TIMESTAMP' },
    { name: 'score', type: 'NUMERIC' },
    { name: 'n', type: 'INTEGER' },
    { name: 'tags', type: 'STRING', mode: 'REPEATED' },
    { name: 'utm', type: 'RECORD', fields: [{ name: 'source', type: 'STRING' }] },
  ],
};

await check('node: a dataset is made, read, changed, listed', async () => {
  await bigquery.createDataset('node', { location: 'US', labels: { team: 'crm' } });
  assert.equal((await dataset.exists())[0], true);
  await dataset.setMetadata({ description: 'leads' });
  const [meta] = await dataset.getMetadata();
  assert.equal(meta.description, 'leads');
  assert.deepEqual(meta.labels, { team: 'crm' });
  const [all] = await bigquery.getDatasets();
  assert.deepEqual(all.map((d) => d.id), ['node']);
  await fails(bigquery.createDataset('node'), 'duplicate');
  await fails(bigquery.dataset('nowhere').getMetadata(), 'notFound');
});

await check('node: a partitioned and clustered table is made, read, changed, listed', async () => {
  const [table] = await dataset.createTable('leads', {
    schema: lead,
    timePartitioning: { type: 'DAY', field: 'seen' },
    clustering: { fields: ['id'] },
  });
  await table.setMetadata({ description: 'hot', labels: { a: 'b' } });
  const [meta] = await table.getMetadata();
  assert.equal(meta.timePartitioning.field, 'seen');
  assert.deepEqual(meta.clustering.fields, ['id']);
  assert.equal(meta.description, 'hot');
  assert.equal(meta.numRows, '0');
  assert.equal(meta.schema.fields.length, 6);
  await dataset.createTable('plain', { schema: 'a:integer,b:string' });
  const [all] = await dataset.getTables();
  assert.deepEqual(all.map((t) => t.id), ['leads', 'plain']);
  assert.equal((await dataset.table('nothing').exists())[0], false);
  await fails(dataset.createTable('plain', { schema: 'a:integer' }), 'duplicate');
});

await check('node: a file is loaded', async () => {
  const path = ndjson('leads.ndjson', [
    { id: 'a', seen: '2026-11-01T10:00:00Z', score: '1.25', n: '9007199254740993', tags: ['x', 'y'], utm: { source: 's' } },
    { id: 'b', seen: '2026-11-02 10:00:00.5', score: 2, n: 3, tags: [], utm: null },
  ]);
  const [job] = await dataset.table('leads').load(path, { ...json, schema: lead, writeDisposition: 'WRITE_APPEND' });
  assert.equal(job.status.state, 'DONE');
  assert.equal(job.statistics.load.outputRows, '2');
});

await check('node: a gzipped file and an empty one are loaded', async () => {
  const path = ndjson('more.ndjson.gz', [{ id: 'c', seen: '2026-11-03T00:00:00Z' }]);
  const [job] = await dataset.table('leads').load(path, json);
  assert.equal(job.statistics.load.outputRows, '1');
  const [none] = await dataset.table('leads').load(ndjson('none.ndjson', []), json);
  assert.equal(none.statistics.load.outputRows, '0');
});

await check('node: a stream of chunks is loaded', async () => {
  const table = dataset.table('streamed');
  const writable = table.createWriteStream({ ...json, schema: { fields: [{ name: 'a', type: 'INT64' }] } });
  const done = new Promise((resolve, reject) => writable.on('complete', resolve).on('error', reject));
  for (let i = 0; i < 20000; i++) writable.write(JSON.stringify({ a: i }) + '\n');
  writable.end();
  await done;
  assert.deepEqual(await rows('SELECT COUNT(*) AS n, SUM(a) AS s FROM node.streamed'), [{ n: 20000, s: 199990000 }]);
});

await check('node: bad rows fail the load, and say why', async () => {
  const path = ndjson('bad.ndjson', [{ id: 'z', n: 'many' }]);
  const error = await dataset.table('leads').load(path, json).then(() => assert.fail('loaded'), (e) => e);
  assert.match(error.message, /too many errors|Error while reading data/);
  const [job] = await dataset.table('leads').load(path, { ...json, maxBadRecords: 1 });
  assert.equal(job.statistics.load.badRecords, '1');
  assert.equal(job.status.errors.length, 1);
});

await check('node: a job id loads once', async () => {
  const path = ndjson('once.ndjson', [{ a: 1, b: 'x' }]);
  await dataset.table('plain').load(path, { ...json, jobId: 'once-1' });
  await fails(dataset.table('plain').load(path, { ...json, jobId: 'once-1' }), 'duplicate');
  assert.deepEqual(await rows('SELECT COUNT(*) AS n FROM node.plain'), [{ n: 1 }]);
});

await check('node: rows are read back with their types', async () => {
  const [list] = await dataset.table('leads').getRows({ wrapIntegers: true });
  const a = list.find((row) => row.id === 'a');
  assert.equal(a.seen.value, '2026-11-01T10:00:00.000Z');
  assert.equal(String(a.score), '1.25');
  assert.equal(a.n.value, '9007199254740993');
  assert.deepEqual(a.tags, ['x', 'y']);
  assert.deepEqual(a.utm, { source: 's' });
  const [first] = await dataset.table('leads').getRows({ maxResults: 1, autoPaginate: false });
  assert.equal(first.length, 1);
});

await check('node: a query with named parameters of every kind', async () => {
  const params = {
    s: 'x', i: 7, f: 1.5, b: true, d: BigQuery.date('2026-11-23'), t: BigQuery.timestamp('2026-11-23T01:02:03.5Z'),
    c: BigQuery.datetime('2026-11-23T01:02:03'), y: Buffer.from('hi').toString('base64'), l: ['p', 'q'], e: [],
  };
  const [row] = await rows('SELECT @s s, @i i, @f f, @b b, @d d, @t t, @c c, @y y, @l l, ARRAY_LENGTH(@e) e', params, { e: ['INT64'], y: 'BYTES' });
  assert.equal(row.s, 'x');
  assert.equal(row.i, 7);
  assert.equal(row.f, 1.5);
  assert.equal(row.b, true);
  assert.equal(row.d.value, '2026-11-23');
  assert.equal(row.t.value, '2026-11-23T01:02:03.500Z');
  assert.equal(row.c.value, '2026-11-23T01:02:03');
  assert.equal(row.y.toString(), 'hi');
  assert.deepEqual(row.l, ['p', 'q']);
  assert.equal(row.e, 0);
});

await check('node: a query with a STRUCT and an ARRAY of STRUCT as parameters', async () => {
  assert.deepEqual(await rows('SELECT @p.a a, @p.b b', { p: { a: 1, b: 'x' } }), [{ a: 1, b: 'x' }]);
  assert.deepEqual(await rows('SELECT r.a FROM UNNEST(@l) r ORDER BY 1', { l: [{ a: 2 }, { a: 1 }] }), [{ a: 1 }, { a: 2 }]);
});

await check('node: a query with positional parameters', async () => {
  assert.deepEqual(await rows('SELECT ? + ? AS sum', [1, 2]), [{ sum: 3 }]);
});

await check('node: a query job, its pages, its statistics', async () => {
  const [job] = await bigquery.createQueryJob({ query: 'SELECT x FROM UNNEST(GENERATE_ARRAY(1, 25)) x ORDER BY x', labels: { run: '1' } });
  const [page, next] = await job.getQueryResults({ maxResults: 10, autoPaginate: false });
  assert.equal(page.length, 10);
  assert.ok(next.pageToken);
  const all = [];
  for (let options = { maxResults: 10, autoPaginate: false }; options;) {
    const [some, more] = await job.getQueryResults(options);
    all.push(...some.map((r) => r.x));
    options = more;
  }
  assert.deepEqual(all, Array.from({ length: 25 }, (_, i) => i + 1));
  const [meta] = await job.getMetadata();
  assert.equal(meta.status.state, 'DONE');
  assert.equal(meta.statistics.query.statementType, 'SELECT');
  assert.deepEqual(meta.configuration.labels, { run: '1' });
  const [jobs] = await bigquery.getJobs({ maxResults: 1, autoPaginate: false });
  assert.equal(jobs[0].id, job.id);
  const [cancelled] = await job.cancel();
  assert.equal(cancelled.job.status.state, 'DONE');
});

await check('node: a query into a table', async () => {
  const [job] = await bigquery.createQueryJob({
    query: 'SELECT id FROM node.leads', destination: dataset.table('copied'), writeDisposition: 'WRITE_TRUNCATE',
  });
  await job.getQueryResults();
  assert.equal((await dataset.table('copied').getRows())[0].length, 3);
});

await check('node: a dry run costs nothing and tells the bytes', async () => {
  const [job] = await bigquery.createQueryJob({ query: 'SELECT id FROM node.leads', dryRun: true });
  assert.ok(Number(job.metadata.statistics.totalBytesProcessed) > 0);
  await fails(bigquery.createQueryJob({ query: 'SELECT nothing FROM node.leads', dryRun: true }), 'invalidQuery');
});

await check('node: what is wrong with a query is an error with its reason', async () => {
  await fails(bigquery.query('SELECT nothing FROM node.leads'), 'invalidQuery');
  await fails(bigquery.query('SELECT 1 FROM node.nothing'), 'notFound');
  await fails(bigquery.query('SELEC 1'), 'invalidQuery');
  await fails(bigquery.query('SELECT 1/x FROM UNNEST([0]) x'), 'invalidQuery');
  await fails(bigquery.query({ query: 'SELECT id FROM node.leads', maximumBytesBilled: '1' }), 'bytesBilledLimitExceeded');
});

await check('node: MERGE changes rows and counts them', async () => {
  const [job] = await bigquery.createQueryJob(`MERGE node.plain t USING (SELECT 1 a, 'new' b UNION ALL SELECT 2, 'y') s
    ON t.a = s.a WHEN MATCHED THEN UPDATE SET b = s.b WHEN NOT MATCHED THEN INSERT ROW`);
  await job.getQueryResults();
  const [meta] = await job.getMetadata();
  assert.deepEqual(meta.statistics.query.dmlStats, { insertedRowCount: '1', updatedRowCount: '1', deletedRowCount: '0' });
  assert.deepEqual(await rows('SELECT a, b FROM node.plain ORDER BY a'), [{ a: 1, b: 'new' }, { a: 2, b: 'y' }]);
});

await check('node: insertAll stores rows, and tells which are bad', async () => {
  await dataset.table('plain').insert([{ a: 3, b: 'z' }]);
  const error = await dataset.table('plain').insert([{ a: 'no', b: 'z' }, { a: 4, b: 'z' }]).then(() => assert.fail('stored'), (e) => e);
  assert.equal(error.name, 'PartialFailureError');
  assert.equal(error.errors[0].errors[0].reason, 'invalid');
  assert.deepEqual(await rows('SELECT COUNT(*) AS n FROM node.plain'), [{ n: 3 }]);
});

await check('node: a partition filter that is required is demanded', async () => {
  await dataset.table('leads').setMetadata({ requirePartitionFilter: true });
  const error = await fails(bigquery.query('SELECT id FROM node.leads'), 'invalidQuery');
  assert.match(error.message, /without a filter over column\(s\) 'seen'/);
  const query = "SELECT id FROM node.leads WHERE seen >= '2026-11-03' ORDER BY 1";
  assert.deepEqual(await rows(query), [{ id: 'c' }]);
  await dataset.table('leads').setMetadata({ requirePartitionFilter: false });
});

await check('node: a dry run over one partition is cheaper', async () => {
  const cost = async (query) => Number((await bigquery.createQueryJob({ query, dryRun: true }))[0].metadata.statistics.totalBytesProcessed);
  const whole = await cost('SELECT id, seen FROM node.leads');
  const one = await cost("SELECT id, seen FROM node.leads WHERE seen >= '2026-11-03'");
  assert.ok(one < whole, `${one} of ${whole}`);
});

await check('node: a view of INFORMATION_SCHEMA', async () => {
  const list = await rows("SELECT column_name FROM node.INFORMATION_SCHEMA.COLUMNS WHERE table_name = 'plain' ORDER BY ordinal_position");
  assert.deepEqual(list, [{ column_name: 'a' }, { column_name: 'b' }]);
});

await check('node: a partition is loaded, read and written by itself', async () => {
  await bigquery.query('CREATE TABLE node.days PARTITION BY DATE(seen) AS SELECT id, seen FROM node.leads');
  const day = dataset.table('days$20261102');
  const path = ndjson('day.ndjson', [{ id: 'p', seen: '2026-11-02T01:00:00Z' }]);
  const [job] = await day.load(path, { ...json, writeDisposition: 'WRITE_TRUNCATE' });
  assert.equal(job.statistics.load.outputRows, '1');
  assert.deepEqual((await day.getRows())[0].map((r) => r.id), ['p']);
  const other = ndjson('other.ndjson', [{ id: 'q', seen: '2026-11-03T01:00:00Z' }]);
  const error = await day.load(other, { ...json, writeDisposition: 'WRITE_TRUNCATE' }).then(() => assert.fail('loaded'), (e) => e);
  assert.match(error.message, /different partitions/);
  const [into] = await bigquery.createQueryJob({
    query: "SELECT 'w' AS id, TIMESTAMP '2026-11-02 02:00:00' AS seen", destination: day, writeDisposition: 'WRITE_APPEND',
  });
  await into.getQueryResults();
  assert.deepEqual((await day.getRows())[0].map((r) => r.id).sort(), ['p', 'w']);
});

await check('node: INTERVAL and RANGE are columns, results and parameters', async () => {
  await bigquery.query('CREATE TABLE node.spans (i INTERVAL, r RANGE<DATE>)');
  const [meta] = await dataset.table('spans').getMetadata();
  assert.deepEqual(meta.schema.fields.map((f) => [f.type, f.rangeElementType?.type]), [['INTERVAL', undefined], ['RANGE', 'DATE']]);
  await dataset.table('spans').load(ndjson('spans.ndjson', [
    { i: 'P1Y2M3DT4H', r: { start: '2026-01-01', end: '2026-02-01' } },
    { i: '0-0 1 0:0:0', r: '[2026-03-01, UNBOUNDED)' },
  ]), json);
  const query = 'SELECT CAST(i AS STRING) AS i, r FROM node.spans WHERE r = @r';
  const range = bigquery.range('[2026-01-01, 2026-02-01)', 'DATE');
  const [found] = await rows(query, { r: range });
  assert.equal(found.i, '1-2 3 4:0:0');
  assert.deepEqual({ ...found.r.value }, { start: '2026-01-01', end: '2026-02-01' });
  const [same] = await rows('SELECT @r AS r', { r: range });
  assert.equal(same.r.value.start.value ?? same.r.value.start, '2026-01-01');
});

await check('node: pages of datasets, tables and jobs', async () => {
  const pages = async (list, options) => {
    const ids = [];
    for (let query = { ...options, autoPaginate: false }; query;) {
      const [items, next] = await list(query);
      ids.push(...items.map((i) => i.id));
      query = next;
    }
    return ids;
  };
  const all = (await dataset.getTables())[0].map((t) => t.id);
  assert.ok(all.length > 3);
  assert.deepEqual(await pages((q) => dataset.getTables(q), { maxResults: 2 }), all);
  assert.deepEqual(await pages((q) => bigquery.getDatasets(q), { maxResults: 1 }), ['node']);
  const jobs = await pages((q) => bigquery.getJobs(q), { maxResults: 7, stateFilter: 'done' });
  assert.ok(jobs.length > 14 && new Set(jobs).size === jobs.length);
});

await check('node: metadata is patched: a label and an end are taken away again', async () => {
  const table = dataset.table('plain');
  await table.setMetadata({ labels: { a: '1', b: '2' }, expirationTime: String(Date.now() + 3600000) });
  const [meta] = await table.setMetadata({ labels: { a: null }, expirationTime: null });
  assert.deepEqual(meta.labels, { b: '2' });
  assert.equal(meta.expirationTime, undefined);
});

await check('node: a job is deleted, and its id stays used up', async () => {
  const [job] = await bigquery.createQueryJob({ query: 'SELECT 1', jobId: 'gone-1' });
  await job.getQueryResults();
  await job.delete();
  await fails(bigquery.job('gone-1').getMetadata(), 'notFound');
  await fails(bigquery.createQueryJob({ query: 'SELECT 1', jobId: 'gone-1' }), 'duplicate');
});

await check('node: tables and the dataset are deleted', async () => {
  await dataset.table('plain').delete();
  await fails(dataset.table('plain').getMetadata(), 'notFound');
  await fails(dataset.delete(), 'resourceInUse');
  await dataset.delete({ force: true });
  assert.equal((await dataset.exists())[0], false);
});
