/** `*` stands for anything but a slash, `**` for anything; all else for itself. As GitHub's own branch patterns. */
export function matchesGlob(glob: string, text: string): boolean {
  const source = glob
    .split('**')
    .map((part) => part.split('*').map(escape).join('[^/]*'))
    .join('.*');
  return new RegExp(`^${source}$`, 's').test(text);
}

const escape = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\/]/g, '\\$&');
