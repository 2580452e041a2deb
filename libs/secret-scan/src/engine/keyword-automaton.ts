const fold = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte);

/** A trie under construction: children by byte class, ids of the keywords that end here. */
interface Node {
  next: Map<number, number>;
  fail: number;
  found: number[];
}

function trie(keywords: readonly string[], classes: Uint8Array): Node[] {
  const nodes: Node[] = [{ next: new Map(), fail: 0, found: [] }];
  keywords.forEach((keyword, id) => {
    let at = 0;
    for (const byte of Buffer.from(keyword, 'latin1')) {
      const step = classes[byte] ?? 0;
      let child = nodes[at]?.next.get(step);
      if (child === undefined) {
        child = nodes.push({ next: new Map(), fail: 0, found: [] }) - 1;
        nodes[at]?.next.set(step, child);
      }
      at = child;
    }
    nodes[at]?.found.push(id);
  });
  return nodes;
}

/** Bytes that occur in no keyword share class 0; upper and lower case share theirs. */
function classesOf(keywords: readonly string[]): { classes: Uint8Array; count: number } {
  const classes = new Uint8Array(256);
  let count = 1;
  for (const keyword of keywords)
    for (const byte of Buffer.from(keyword, 'latin1')) if (classes[byte] === 0) classes[byte] = count++;
  for (let byte = 0; byte < 256; byte++) classes[byte] = classes[fold(byte)] ?? 0;
  return { classes, count };
}

/**
 * Finds every occurrence of any keyword in one pass (Aho and Corasick, 1975), ignoring case of ASCII letters. States are rows of
 * one dense table, those with findings last, so that the inner loop is two loads and a comparison per byte.
 */
export class KeywordAutomaton {
  readonly classes: Uint8Array;
  /** Next state (as an index of its row) by state and class of the byte. */
  readonly table: Int32Array;
  /** States from this one on end a keyword. */
  readonly firstFinding: number;
  private readonly found: readonly (readonly number[])[];
  private readonly width: number;

  constructor(keywords: readonly string[]) {
    const { classes, count } = classesOf(keywords);
    this.classes = classes;
    this.width = count;
    const nodes = trie(keywords, classes);
    const { goto, order } = link(nodes, count);
    const rank = ranked(nodes, order);
    this.table = new Int32Array(nodes.length * count);
    nodes.forEach((_, node) => {
      for (let step = 0; step < count; step++)
        this.table[(rank[node] ?? 0) * count + step] = (rank[goto[node * count + step] ?? 0] ?? 0) * count;
    });
    const finding = nodes
      .map((node, index) => ({ node, row: rank[index] ?? 0 }))
      .filter(({ node }) => node.found.length > 0);
    const first = Math.min(nodes.length, ...finding.map(({ row }) => row));
    this.firstFinding = first * count;
    const found: number[][] = [];
    for (const { node, row } of finding) found[row - first] = node.found;
    this.found = found;
  }

  /** Ids of the keywords that end in a state at or above `firstFinding`. */
  foundAt(state: number): readonly number[] {
    return this.found[(state - this.firstFinding) / this.width] ?? [];
  }
}

/** Breadth first: fills in failure links, collects what shorter keywords end at the same byte, completes the transitions. */
function link(nodes: Node[], count: number): { goto: Int32Array; order: number[] } {
  const goto = new Int32Array(nodes.length * count);
  const order = [0];
  for (let head = 0; head < order.length; head++) {
    const at = order[head] ?? 0;
    const node = nodes[at];
    if (!node) break;
    if (at !== 0) node.found.push(...(nodes[node.fail]?.found ?? []));
    for (let step = 0; step < count; step++) {
      const beside = at === 0 ? 0 : (goto[node.fail * count + step] ?? 0);
      goto[at * count + step] = node.next.get(step) ?? beside;
      follow(nodes, node.next.get(step), beside, order);
    }
  }
  return { goto, order };
}

function follow(nodes: Node[], child: number | undefined, beside: number, order: number[]): void {
  const next = child === undefined ? undefined : nodes[child];
  if (child === undefined || !next) return;
  next.fail = beside;
  order.push(child);
}

/** Row of each node: the root first, those that end no keyword next, those that do last. */
function ranked(nodes: readonly Node[], order: readonly number[]): Int32Array {
  const rank = new Int32Array(nodes.length);
  let row = 0;
  for (const plain of [true, false])
    for (const at of order) if ((nodes[at]?.found.length === 0) === plain) rank[at] = row++;
  return rank;
}
