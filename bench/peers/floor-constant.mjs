// The floor of node:http itself: it reads nothing of the request and answers everybody alike.
import { createServer } from 'node:http';
import { port } from './shared/provider.mjs';

const BODY = process.env.FLOOR_BODY;
const HEADERS = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(BODY) };

createServer((request, response) => {
  request.resume();
  response.writeHead(200, HEADERS).end(BODY);
}).listen(port, '127.0.0.1');
