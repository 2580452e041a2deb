import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { CliContext } from './cli-context.js';
import { buildProgram } from './program.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DOCS = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });

const PAGES = ['README.md', ...DOCS.filter((name) => name.endsWith('.md')).map((name) => join('docs', name))].map(
  (name) => join(ROOT, name),
);
const program = buildProgram(new CliContext({}, '/', { out: () => undefined, err: () => undefined }), () => undefined);

const textOf = (file: string): string => readFileSync(file, 'utf8');
const withoutBlocks = (text: string): string => text.replace(/^```[^]*?^```/gm, '');
const shown = (file: string): string => relative(ROOT, file);

/** GitHub's anchors of headings: lower case, punctuation gone, spaces as dashes. */
const anchorsOf = (file: string): string[] =>
  [...withoutBlocks(textOf(file)).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-'),
  );

function brokenLinks(page: string): string[] {
  const links = [...withoutBlocks(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links
    .filter((link) => !/^[a-z]+:/i.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? page : resolve(dirname(page), path);
      return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
    });
}

/** Files of the repository that a page names in backticks. */
const namedPaths = (page: string): string[] =>
  [...textOf(page).matchAll(/`((?:deploy|tools|apps|libs|docs)\/[\w./-]+)`/g)].map(([, path = '']) => path);

/** Every command line of holdshort's on a page: lines of shell blocks, and code between backticks. */
function commandLines(page: string): string[] {
  const text = textOf(page);
  const blocks = [...text.matchAll(/^```(?:sh|bash|console)\n([^]*?)^```/gm)].flatMap(([, block = '']) =>
    block.split('\n'),
  );
  const spans = [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return [...blocks, ...spans].flatMap((line) =>
    line
      .replace(/(^|\s)#.*$/, '')
      .split(/\s*(?:&&|\|\||\||;|\$\()\s*|["']\$\(/)
      .map((part) => part.replace(/^(?:\$|npx|eval)\s+/, '').trim())
      .filter((part) => /^holdshort(\s|$)/.test(part)),
  );
}

const wordsOf = (line: string): string[] => line.match(/"[^"]*"|'[^']*'|\S+/g)?.slice(1) ?? [];

/** Why the line could not be typed; undefined where it could. */
function problemOf(line: string): string | undefined {
  let command: Command = program;
  for (const word of wordsOf(line)) {
    if (word === '-') continue;
    if (word === '--' || /^[<>)]/.test(word)) return undefined;
    const name = word.replace(/[)"'.,]+$/, '');
    if (name.startsWith('-')) {
      const flag = name.split('=')[0] ?? '';
      const known = command.options.some(({ long, short }) => long === flag || short === flag);
      if (!known && flag !== '--help' && flag !== '--version' && flag !== '-h')
        return `${line}: ${command.name()} has no option ${flag}`;
    } else if (command.commands.length > 0) {
      const names = name.split('|');
      const next = names.map((one) => command.commands.find((sub) => sub.name() === one));
      if (next.includes(undefined))
        return /^(?:\.\.\.|[A-Z]+|…)$/.test(name) ? undefined : `${line}: there is no ${name}`;
      if (names.length > 1) return undefined;
      command = next[0] ?? command;
    }
  }
  return undefined;
}

describe.each(PAGES.map((page) => [shown(page), page]))('%s', (_, page) => {
  it('has links that lead somewhere', () => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it('names files that are there', () => {
    expect(namedPaths(page).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('has commands and options that the command line has', () => {
    expect(
      commandLines(page)
        .map(problemOf)
        .filter((problem) => problem !== undefined),
    ).toEqual([]);
  });
});

describe('reading commands out of pages', () => {
  it('finds what is wrong', () => {
    expect(problemOf('holdshort sesion list')).toBe('holdshort sesion list: there is no sesion');
    expect(problemOf('holdshort session list --jsn')).toBe('holdshort session list --jsn: list has no option --jsn');
    expect(problemOf('holdshort run --assistant copilot -- git push --force')).toBeUndefined();
  });

  it('finds hundreds of commands', () => {
    expect(PAGES.flatMap(commandLines).length).toBeGreaterThan(100);
  });
});
