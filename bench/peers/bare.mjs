// The least that Node can be asked for: node:http and a constant answer, with nothing else loaded. What a start is compared with.
import { createServer } from 'node:http';

createServer((_request, response) => response.end('ok')).listen(Number(process.env.PORT), '127.0.0.1');
