/** Words of the demo; colour only where somebody looks. */
export class Narrator {
  constructor(
    private readonly write: (text: string) => void,
    private readonly colour: boolean,
  ) {}

  heading(text: string): void {
    this.write(`\n${this.paint('1;36', `== ${text}`)}\n`);
  }

  say(text: string): void {
    this.write(`${text}\n`);
  }

  command(text: string): void {
    this.write(`${this.paint('1', `$ ${text}`)}\n`);
  }

  /** What a program printed, marked as such. */
  quote(text: string): void {
    for (const line of text.trimEnd().split(/\r?\n|\r/)) if (line.trim() !== '') this.write(`  | ${line.trimEnd()}\n`);
  }

  success(text: string): void {
    this.write(`${this.paint('32', 'ok')} ${text}\n`);
  }

  failure(text: string): void {
    this.write(`${this.paint('1;31', text)}\n`);
  }

  private paint(code: string, text: string): string {
    return this.colour ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}
