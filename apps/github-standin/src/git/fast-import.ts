/** One commit to be written: files by path, `null` deletes. Times are seconds since 1970. */
export interface NewCommit {
  /** Fully qualified. */
  ref: string;
  message: string;
  author: Signature;
  committer?: Signature;
  /** Parent commit id; without it the commit follows the ref of this stream, or is a root. */
  from?: string;
  files: Record<string, NewFile | null>;
}

export interface NewFile {
  content: Buffer | string;
  mode?: string;
}

export interface Signature {
  name: string;
  email: string;
  time: number;
}

/** A path as git's own quoting writes it, so that no path can become a command of the stream. */
const quotePath = (path: string): string =>
  `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

/** Characters that end a name or an address in a commit header. */
const cleanName = (text: string): string => text.replaceAll(/[<>\n\0]/g, '').trim();

const signatureLine = (role: string, by: Signature): string =>
  `${role} ${cleanName(by.name) || 'unknown'} <${cleanName(by.email)}> ${String(by.time)} +0000\n`;

const dataBlock = (content: Buffer | string): Buffer[] => {
  const bytes = Buffer.from(content);
  return [Buffer.from(`data ${String(bytes.length)}\n`), bytes, Buffer.from('\n')];
};

/** The input of `git fast-import` that writes these commits, in their order. */
export function fastImportStream(commits: readonly NewCommit[]): Buffer {
  const parts: Buffer[] = [];
  for (const commit of commits) {
    parts.push(Buffer.from(`commit ${commit.ref}\n`));
    parts.push(Buffer.from(signatureLine('author', commit.author)));
    parts.push(Buffer.from(signatureLine('committer', commit.committer ?? commit.author)));
    parts.push(...dataBlock(commit.message));
    if (commit.from !== undefined) parts.push(Buffer.from(`from ${commit.from}\n`));
    for (const [path, file] of Object.entries(commit.files)) {
      if (file === null) {
        parts.push(Buffer.from(`D ${quotePath(path)}\n`));
        continue;
      }
      parts.push(Buffer.from(`M ${file.mode ?? '100644'} inline ${quotePath(path)}\n`), ...dataBlock(file.content));
    }
  }
  parts.push(Buffer.from('done\n'));
  return Buffer.concat(parts);
}
