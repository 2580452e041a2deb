/** One simple command of a command line: its words as the shell would hand them over. */
export interface SimpleCommand {
  words: string[];
  /** It, or something around it, does not wait for it. */
  background: boolean;
}

/** Longer lines, and deeper nesting, are not looked into: `truncated` says so. */
const MAX_LENGTH = 64 << 10;
const MAX_DEPTH = 4;

export interface ShellReading {
  commands: SimpleCommand[];
  /** Something in it was not understood or was too much. */
  isOpaque: boolean;
}

/**
 * Splits a POSIX shell command line (IEEE 1003.1, chapter 2) into its simple commands, those in substitutions included.
 * Nothing is expanded. What stands in quotes, comments and here-documents is no command.
 */
export function readShell(line: string, depth = 0): ShellReading {
  if (line.length > MAX_LENGTH || depth > MAX_DEPTH) return { commands: [], isOpaque: true };
  return new ShellReader(line, depth).read();
}

class ShellReader {
  readonly #line: string;
  readonly #depth: number;
  readonly #commands: SimpleCommand[] = [];
  #at = 0;
  #words: string[] = [];
  #word: string | undefined;
  #isOpaque = false;
  /** Delimiters of here-documents whose bodies begin after this line. */
  #documents: string[] = [];

  constructor(line: string, depth: number) {
    this.#line = line;
    this.#depth = depth;
  }

  read(): ShellReading {
    while (this.#at < this.#line.length) this.#step(this.#line.charAt(this.#at));
    this.#endCommand(false);
    return { commands: this.#commands, isOpaque: this.#isOpaque };
  }

  #step(char: string): void {
    if (char === "'") this.#single();
    else if (char === '"') this.#double();
    else if (char === '\\') this.#escape();
    else if (char === '$' || char === '`') this.#expansion(char);
    else if (char === '#' && this.#word === undefined) this.#comment();
    else if (char === '<' || char === '>') this.#redirection();
    else if (';|&\n(){}'.includes(char)) this.#operator(char);
    else if (/\s/.test(char)) this.#blank();
    else this.#add(char, 1);
  }

  #expansion(char: string): void {
    if (char === '`') this.#backquoted();
    else if (this.#line[this.#at + 1] === '(') this.#substitution();
    else this.#add(char, 1);
  }

  #add(text: string, length: number): void {
    this.#word = (this.#word ?? '') + text;
    this.#at += length;
  }

  #single(): void {
    const end = this.#line.indexOf("'", this.#at + 1);
    if (end < 0) {
      this.#unclosed();
      return;
    }
    this.#add(this.#line.slice(this.#at + 1, end), end + 1 - this.#at);
  }

  #double(): void {
    this.#add('', 1);
    while (this.#at < this.#line.length) {
      const char = this.#line.charAt(this.#at);
      if (char === '"') {
        this.#add('', 1);
        return;
      }
      if (char === '\\') this.#escape();
      else if (char === '$' || char === '`') this.#expansion(char);
      else this.#add(char, 1);
    }
    this.#isOpaque = true;
  }

  #escape(): void {
    const next = this.#line[this.#at + 1] ?? '';
    if (next === '\n') this.#at += 2;
    else this.#add(next, 2);
  }

  /** The text between this opening parenthesis and its closing one. */
  #substitution(): void {
    const start = this.#at + 2;
    let open = 1;
    let at = start;
    for (; at < this.#line.length && open > 0; at += 1) {
      const char = this.#line[at];
      if (char === "'" || char === '"') at = this.#skipQuoted(at, char);
      else if (char === '(') open += 1;
      else if (char === ')') open -= 1;
    }
    if (open > 0) {
      this.#unclosed();
      return;
    }
    this.#nested(this.#line.slice(start, at - 1));
    this.#add('\0', at - this.#at);
  }

  #skipQuoted(from: number, quote: string): number {
    for (let at = from + 1; at < this.#line.length; at += 1) {
      if (quote === '"' && this.#line[at] === '\\') at += 1;
      else if (this.#line[at] === quote) return at;
    }
    return this.#line.length;
  }

  #backquoted(): void {
    const end = this.#line.indexOf('`', this.#at + 1);
    if (end < 0) {
      this.#unclosed();
      return;
    }
    this.#nested(this.#line.slice(this.#at + 1, end));
    this.#add('\0', end + 1 - this.#at);
  }

  #nested(text: string): void {
    const inner = readShell(text, this.#depth + 1);
    this.#commands.push(...inner.commands);
    this.#isOpaque ||= inner.isOpaque;
  }

  #unclosed(): void {
    this.#isOpaque = true;
    this.#at = this.#line.length;
  }

  #comment(): void {
    const end = this.#line.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#line.length : end;
  }

  /** Where to, and what a here-document holds, is no part of the command; `<( )` and `>( )` hold commands. */
  #redirection(): void {
    if (this.#line[this.#at + 1] === '(') {
      this.#substitution();
      return;
    }
    const match = /(?:<<-?|<<<|<|>>|>\||>)&?[ \t]*(?:'([^'\n]*)'|"([^"\n]*)"|([^\s;|&()<>]*))/y;
    match.lastIndex = this.#at;
    const found = match.exec(this.#line);
    if (this.#word !== undefined && /^\d+$/.test(this.#word)) this.#word = undefined;
    this.#endWord();
    if (found && /^<<(?!<)/.test(found[0])) this.#documents.push(found[1] ?? found[2] ?? found[3] ?? '');
    this.#at += Math.max(1, found?.[0].length ?? 1);
  }

  #operator(char: string): void {
    const isBackground = char === '&' && this.#line[this.#at + 1] !== '&' && this.#line[this.#at - 1] !== '&';
    // {} within a word is part of it
    if ((char === '{' || char === '}') && this.#word !== undefined) {
      this.#add(char, 1);
      return;
    }
    this.#endCommand(isBackground);
    this.#at += 1;
    if (char === '\n') this.#skipDocuments();
  }

  #skipDocuments(): void {
    for (const delimiter of this.#documents) {
      const end = new RegExp(`^\\t*${escaped(delimiter)}$`, 'm');
      const rest = this.#line.slice(this.#at);
      const found = end.exec(rest);
      if (!found) {
        this.#unclosed();
        return;
      }
      this.#at += found.index + found[0].length;
    }
    this.#documents = [];
  }

  #blank(): void {
    this.#endWord();
    this.#at += 1;
  }

  #endWord(): void {
    if (this.#word !== undefined) this.#words.push(this.#word);
    this.#word = undefined;
  }

  #endCommand(background: boolean): void {
    this.#endWord();
    if (this.#words.length > 0) this.#commands.push({ words: this.#words, background });
    this.#words = [];
  }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
