/** Looks for server programs where systems put them, and asks the system's package manager as the last resort. */
import fs from 'node:fs';
import path from 'node:path';
import { runChild } from '../run-child.mjs';

const onPath = () => (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);

/** Folders named like `15`, newest first, as Debian keeps its PostgreSQL versions. */
const versionsIn = (folder) =>
  fs.existsSync(folder)
    ? fs
        .readdirSync(folder)
        .filter((name) => /^\d+$/.test(name))
        .sort((a, b) => b - a)
        .map((name) => path.join(folder, name, 'bin'))
    : [];

const places = () => [
  ...onPath(),
  '/usr/local/bin',
  '/opt/homebrew/bin',
  ...versionsIn('/usr/lib/postgresql'),
  ...versionsIn('/usr/pgsql'),
];

/** Absolute path of the first of `names` that exists; undefined when there is none. */
export function findProgram(...names) {
  for (const folder of places()) {
    for (const name of names) {
      const file = path.join(folder, name);
      if (fs.existsSync(file)) return file;
    }
  }
  return undefined;
}

/** True when the package was installed just now: root on Debian or Ubuntu only. */
export async function installPackage(name, say) {
  if (process.getuid?.() !== 0 || !fs.existsSync('/usr/bin/apt-get')) return false;
  say(`Installing ${name} with apt-get ...`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '--no-install-recommends', name];
  if ((await runChild('apt-get', install, { quiet: true, env })).code === 0) return true;
  await runChild('apt-get', ['update'], { quiet: true, env });
  return (await runChild('apt-get', install, { quiet: true, env })).code === 0;
}
