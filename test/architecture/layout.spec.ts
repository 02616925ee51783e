import fs from 'node:fs';
import path from 'node:path';
import { lineCount, listFiles, listSources, readSource, root } from './source-files';

const MAX_LINES = 400;
const MAX_MEDIAN = 100;
/** Names that say nothing about what is inside. */
const EMPTY_WORDS = /(^|[-.])(utils?|helpers?|common|manager|processor|base|impl)([-.]|$)/;

const commands = (): string[] => ['tools', 'bin'].flatMap((folder) => listFiles(folder, /\.(mjs|cjs)$/));

/** Prose as a reader sees it: code spans of a Markdown file. */
const spansOf = (markdown: string): string[] =>
  [...markdown.matchAll(/`([^`\n]+)`/g)].flatMap(([, span]) => (span === undefined ? [] : [span]));

const exists = (file: string): boolean => fs.existsSync(path.join(root, file));

const PATH_LIKE = /^(apps|libs|test|tools|prisma|docs|deploy|helm|bin)\/[\w./@-]+$/;

describe('layout', () => {
  it(`has no file of more than ${MAX_LINES} lines`, () => {
    const long = [...listSources(), ...commands()]
      .map((file) => ({ file, lines: lineCount(file) }))
      .filter(({ lines }) => lines > MAX_LINES)
      .map(({ file, lines }) => `${file} has ${lines} lines`);
    expect(long).toEqual([]);
  });

  it(`has a median file of at most ${MAX_MEDIAN} lines`, () => {
    const lengths = listSources()
      .map(lineCount)
      .sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(MAX_MEDIAN);
  });

  it('names files in kebab-case after what they hold', () => {
    const odd = listSources().filter((file) => {
      const name = path.basename(file).replace(/(\.d)?\.tsx?$/, '');
      return !/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(name) || EMPTY_WORDS.test(name);
    });
    expect(odd).toEqual([]);
  });

  it('names folders after what they hold', () => {
    const folders = new Set(listSources().flatMap((file) => path.dirname(file).split('/').slice(1)));
    expect([...folders].filter((name) => EMPTY_WORDS.test(name))).toEqual([]);
  });

  it.each([...listFiles('docs', /\.md$/), ...['README.md', 'CONTRIBUTING.md'].filter(exists)])(
    '%s names only paths that exist',
    (file) => {
      const named = spansOf(readSource(file)).filter((span) => PATH_LIKE.test(span));
      expect(named.filter((span) => !exists(span))).toEqual([]);
    },
  );
});
