/** nginx as a plain `proxy_pass`, where it is installed: what a proxy in C costs on the same machine. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { startCommand, stopProcess } from './processes.mjs';

const READY_MS = 5_000;

export const hasNginx = () => spawnSync('nginx', ['-v'], { stdio: 'ignore' }).status === 0;

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** One process without a master, so that its figures are those of the proxy; unbuffered, as streams need it. */
const configOf = ({ dir, port, upstream }) => `
daemon off;
master_process off;
worker_processes 1;
pid ${dir}/nginx.pid;
error_log ${dir}/error.log crit;
events { worker_connections 2048; }
http {
  access_log off;
  client_body_temp_path ${dir}/body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
  client_max_body_size 32m;
  client_body_buffer_size 1m;
  keepalive_requests 10000000;
  upstream provider { server ${new URL(upstream).host}; keepalive 512; keepalive_requests 10000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://provider;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`;

const answers = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true) || socket.destroy());
    socket.on('error', () => resolve(false));
  });

/** `{ url, pid, stop }`. */
export async function startNginx(parent, { upstream, core }) {
  const dir = path.join(parent, 'nginx');
  mkdirSync(dir);
  const port = await freePort();
  const file = path.join(dir, 'nginx.conf');
  writeFileSync(file, configOf({ dir, port, upstream }));
  const child = startCommand(['nginx', '-p', dir, '-c', file], { core, stdio: 'inherit' });
  const started = {
    child,
    pid: child.pid,
    url: `http://127.0.0.1:${port}`,
    stop: () => stopProcess({ child }),
  };
  for (const end = performance.now() + READY_MS; !(await answers(port));) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
    if (performance.now() > end) {
      await started.stop();
      throw new Error('nginx is not ready');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return started;
}
