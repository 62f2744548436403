// sfmc-sdk against the sandbox.
import assert from 'node:assert/strict';
import { check, fault, installed, url } from '../check.mjs';

const loaded = installed('sfmc-sdk');
const SDK = loaded.default ?? loaded;
const credentials = {
  client_id: process.env.SFMC_CLIENT_ID,
  client_secret: process.env.SFMC_CLIENT_SECRET,
  // The SDK wants an address of this form somewhere in it.
  auth_url: `${url}/https://mc${'0'.repeat(26)}.auth.marketingcloudapis.com/`,
  account_id: Number(process.env.SFMC_ACCOUNT_ID),
};
const sdk = new SDK(credentials, { requestAttempts: 2 });

const rows = async () => (await sdk.rest.get('/data/v1/customobjectdata/key/leads/rowset')).items;

await check('sfmc-sdk: a token', async () => {
  const token = await sdk.auth.getAccessToken();
  assert.ok(token.access_token);
  assert.equal(token.rest_instance_url, `${url}/`);
});

await check('sfmc-sdk: rows at once', async () => {
  const item = (key) => ({ keys: { SubscriberKey: key }, values: { LastName: 'Åström', Score: 1.5 } });
  const reply = await sdk.rest.post('/hub/v1/dataevents/key:leads/rowset', [item('A'), item('B')]);
  assert.equal(reply.length, 2);
  assert.deepEqual((await rows()).map((row) => row.values.LastName), ['Åström', 'Åström']);
});

await check('sfmc-sdk: a bad row is an error with its reason', async () => {
  const bad = [{ keys: { SubscriberKey: 'C' }, values: { LastName: 'X', Email: 'no' } }];
  const error = await sdk.rest.post('/hub/v1/dataevents/key:leads/rowset', bad).then(() => assert.fail('taken'), (e) => e);
  assert.match(error.message, /Unable to save rows/);
});

await check('sfmc-sdk: rows later: status and results', async () => {
  const path = '/data/v1/async/dataextensions/key:leads/rows';
  const { requestId } = await sdk.rest.put(path, { items: [{ SubscriberKey: 'D', LastName: 'X' }, { SubscriberKey: 'E' }] });
  let status;
  for (let i = 0; i < 10 && status !== 'Complete'; i++)
    status = (await sdk.rest.get(`/data/v1/async/${requestId}/status`)).status?.requestStatus;
  assert.equal(status, 'Complete');
  const results = await sdk.rest.get(`/data/v1/async/${requestId}/results`);
  assert.deepEqual(results.items.map((item) => item.status), ['OK', 'Error']);
});

await check('sfmc-sdk: an expired token is renewed', async () => {
  await fault('sfmc:expire@1');
  assert.ok((await rows()).length >= 3);
});
