/**
 * Barrels (`export * from`) leave SWC as getters that ask the getter of the file behind them, at every use of a name.
 * V8 neither inlines nor folds calls through them: they were 30 % of the CPU of a translated call. Our modules never change an
 * export after they were loaded and no import cycle runs through a barrel, so the values themselves may stand there.
 */
import fs from 'node:fs';
import path from 'node:path';

const GETTER = /get: function\(\) \{\s*return from\[k\];\s*\}/;
const BOUND = 'value: from[k]';
const STAR = '_export_star(require(';

/** Rewrites the barrels under a folder. @throws Error when the compiler writes them in another way than is known here. */
export function bindBarrels(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.js')) continue;
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const code = fs.readFileSync(file, 'utf8');
    if (!code.includes(STAR) || code.includes(BOUND)) continue;
    if (!GETTER.test(code)) throw new Error(`${file}: the compiler writes "export *" in an unknown way`);
    fs.writeFileSync(file, code.replace(GETTER, BOUND));
  }
}
