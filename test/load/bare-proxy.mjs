/** The yardstick: node:http in, undici out, nothing looked at. Prints its port. */
import http from 'node:http';
import { Pool } from 'undici';

const pool = new Pool(process.argv[2], {
  connections: 1024,
  pipelining: 1,
  headersTimeout: 0,
  bodyTimeout: 0,
});

class Pipe {
  constructor(res) {
    this.res = res;
    res.on('drain', () => this.controller?.resume());
    res.on('close', () => {
      if (!res.writableEnded) this.controller?.abort(new Error('client gone'));
    });
  }

  onRequestStart(controller) {
    this.controller = controller;
  }

  onResponseStart(_controller, status, headers) {
    this.res.writeHead(status, { 'content-type': headers['content-type'] });
  }

  onResponseData(controller, data) {
    if (!this.res.write(data)) controller.pause();
  }

  onResponseEnd() {
    this.res.end();
  }

  onResponseError() {
    this.res.destroy();
  }
}

const server = http.createServer((req, res) => {
  const parts = [];
  req.on('data', (part) => parts.push(part));
  req.on('end', () => {
    const body = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    const headers = { 'content-type': 'application/json', authorization: 'Bearer upstream' };
    pool.dispatch({ path: req.url, method: 'POST', headers, body }, new Pipe(res));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
