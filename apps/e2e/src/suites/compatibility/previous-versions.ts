/** What must still work beside today's version; a line for each release. Before the first release: what main had last. */
export const PREVIOUS_VERSIONS: readonly { name: string; commit: string }[] = [
  { name: 'before 0.1.0', commit: 'bacf99e83fd40d4792fcca097fdefe47774ae1f3' },
];
