// A proxy before the sandbox that writes down what passes: one line of JSON for each request, with the
// documents of both sides. Prints its own address, serves until it is killed.
//
//	record.mjs SANDBOX-URL FILE
import { createServer, request } from 'node:http';
import { appendFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const [sandbox, file] = process.argv.slice(2);
let here;

// The JSON of a body: all of it, or the first part of a multipart upload; undefined where there is none.
function documentOf(type = '', encoding, body) {
  if (encoding === 'gzip') body = gunzipSync(body);
  let text = body.toString('utf8');
  if (type.startsWith('multipart/related')) text = text.match(/\r?\n\r?\n([^]*?)\r?\n--/)?.[1] ?? '';
  else if (!type.startsWith('application/json')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function whole(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const server = createServer(async (incoming, answer) => {
  const body = await whole(incoming);
  const headers = { ...incoming.headers, host: new URL(sandbox).host, 'content-length': body.length };
  delete headers['transfer-encoding'];
  const outgoing = request(sandbox + incoming.url, { method: incoming.method, headers });
  outgoing.on('error', () => incoming.destroy());
  outgoing.on('response', async (from) => {
    const reply = await whole(from);
    const back = { ...from.headers };
    if (back.location) back.location = back.location.replace(sandbox, here);
    answer.writeHead(from.statusCode, back).end(reply);
    appendFileSync(file, JSON.stringify({
      method: incoming.method,
      path: incoming.url.replace(/\?.*/, ''),
      status: from.statusCode,
      agent: incoming.headers['user-agent'] ?? '',
      request: documentOf(incoming.headers['content-type'], incoming.headers['content-encoding'], body),
      reply: documentOf(from.headers['content-type'], undefined, reply),
    }) + '\n');
  });
  outgoing.end(body);
});
server.listen(0, '127.0.0.1', () => {
  here = `http://127.0.0.1:${server.address().port}`;
  console.log(here);
});
