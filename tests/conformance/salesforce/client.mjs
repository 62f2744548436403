// jsforce against the sandbox.
import assert from 'node:assert/strict';
import { check, fault, installed } from '../check.mjs';

const jsforce = installed('jsforce');
const {
  SF_ORG_INSTANCE_URL: instanceUrl,
  SF_ACCESS_TOKEN: accessToken,
  SF_CLIENT_ID: clientId,
  SF_CLIENT_SECRET: clientSecret,
  SF_REFRESH_TOKEN: refreshToken,
  SF_LOGIN_URL: loginUrl,
} = process.env;
const conn = new jsforce.Connection({ instanceUrl, accessToken });
const key = 'Gaio_Lead_Id__c';
const lead = (id, more) => ({ [key]: id, LastName: 'Silva', Company: 'Acme', ...more });

await check('jsforce: upsert of one record', async () => {
  assert.equal((await conn.sobject('Lead').upsert(lead('a b', { Email: null }), key)).created, true);
  assert.equal((await conn.sobject('Lead').upsert(lead('a b'), key)).created, false);
});

await check('jsforce: Collections: 201 records, in order, errors one by one', async () => {
  const records = Array.from({ length: 201 }, (_, i) => lead(`c${i}`, i === 7 ? { Rating: 'Boiling' } : {}));
  const got = await conn.sobject('Lead').upsert(records, key, { allowRecursive: true });
  assert.equal(got.filter((r) => r.success).length, 200);
  assert.equal(got[7].errors[0].statusCode, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST');
});

await check('jsforce: describe and query', async () => {
  assert.equal((await conn.sobject('Lead').describe()).fields.some((f) => f.name === key && f.externalId), true);
  assert.equal((await conn.query(`SELECT Id FROM Lead WHERE ${key} = 'a b'`)).totalSize, 1);
});

await check('jsforce: Bulk API 2.0: succeeded, failed and unprocessed', async () => {
  const input = [lead('a b', { City: null }), lead('b1', { LastName: 'A, "q"\nnl' }), lead('b2', { LastName: '' })];
  const got = await conn.bulk2.loadAndWaitForResults({ object: 'Lead', operation: 'upsert', externalIdFieldName: key, input });
  assert.equal(got.successfulResults.length, 2);
  assert.equal(got.successfulResults.find((r) => r[key] === 'b1').sf__Created, 'true');
  assert.match(got.failedResults[0].sf__Error, /^REQUIRED_FIELD_MISSING:.*:LastName --$/);
  assert.equal(got.unprocessedRecords.length, 0);
});

await check('jsforce: client credentials', async () => {
  const oauth2 = new jsforce.OAuth2({ loginUrl, clientId, clientSecret });
  const other = new jsforce.Connection({ oauth2, instanceUrl });
  await other.authorize({ grant_type: 'client_credentials' });
  assert.equal((await other.query('SELECT COUNT() FROM Lead')).totalSize > 200, true);
});

await check('jsforce: an expired session is refreshed', async () => {
  const oauth2 = new jsforce.OAuth2({ loginUrl, clientId, clientSecret });
  const other = new jsforce.Connection({ oauth2, instanceUrl, accessToken, refreshToken });
  await fault('sf:expire@1');
  assert.equal((await other.query('SELECT COUNT() FROM Lead')).totalSize > 200, true);
});
