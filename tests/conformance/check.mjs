// What the clients share: what npm installed, and one line "ok - NAME" or "not ok - NAME" for each thing.
import { createRequire } from 'node:module';
import { join } from 'node:path';

export const installed = createRequire(join(process.env.MODULES, 'x.js'));
export const url = process.env.LEADPIPE_SANDBOX_URL;

export async function check(name, what) {
  try {
    await what();
    console.log(`ok - ${name}`);
  } catch (error) {
    console.log(`not ok - ${name}\n${String(error.stack).replace(/^/gm, '# ')}`);
  }
}

export const fault = (spec) => fetch(`${url}/_sandbox/fault`, { method: 'POST', body: spec });
