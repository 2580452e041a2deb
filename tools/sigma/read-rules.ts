import { parseAllDocuments } from 'yaml';
import { conditionTest } from './condition.js';
import { readCorrelation, type Correlation } from './correlation.js';
import { fieldTest, type Test } from './match-field.js';
import { SigmaError } from './sigma-error.js';

type Fields = Readonly<Record<string, unknown>>;

interface Named {
  id: string;
  /** By which correlations refer to it, where it has one. */
  name?: string;
  title: string;
  level: string;
  /** The document as it stands in the file. */
  document: Fields;
}

export interface DetectionRule extends Named {
  kind: 'detection';
  test: Test;
}

export interface CorrelationRule extends Named {
  kind: 'correlation';
  correlation: Correlation;
}

export type SigmaRule = DetectionRule | CorrelationRule;

/** Members of a document, https://sigmahq.io/sigma-specification/ 2.1. */
const META = [
  ...['title', 'id', 'name', 'related', 'taxonomy', 'status', 'description', 'license', 'author', 'references'],
  ...['date', 'modified', 'fields', 'falsepositives', 'level', 'tags', 'scope'],
];
const DETECTION_MEMBERS: ReadonlySet<string> = new Set([...META, 'logsource', 'detection']);
const CORRELATION_MEMBERS: ReadonlySet<string> = new Set([...META, 'correlation', 'generate']);
const LEVELS: ReadonlySet<unknown> = new Set(['informational', 'low', 'medium', 'high', 'critical']);

/**
 * All rules of a file, one per YAML document.
 * @throws SigmaError for whatever is not read to the last word
 */
export function readRules(yaml: string): SigmaRule[] {
  const documents = parseAllDocuments(yaml, { uniqueKeys: true });
  if (documents.length === 0) throw new SigmaError('the file is empty');
  return documents.map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) throw new SigmaError(`not YAML: ${problem.message}`);
    return readRule(document.toJS());
  });
}

function readRule(document: unknown): SigmaRule {
  if (!isMap(document)) throw new SigmaError('a document is not a map');
  const { id, title, level, name, correlation, detection } = document;
  if (!isText(title) || !isText(id)) throw new SigmaError('a rule needs title and id');
  if (!LEVELS.has(level)) throw new SigmaError(`${title}: no such level`);
  if (name !== undefined && !isText(name)) throw new SigmaError(`${title}: a name is a text`);
  const named: Named = { id, title, level: String(level), document, ...(name === undefined ? {} : { name }) };
  const isCorrelation = correlation !== undefined;
  closed(document, isCorrelation ? CORRELATION_MEMBERS : DETECTION_MEMBERS, title);
  if (isCorrelation) return { ...named, kind: 'correlation', correlation: readCorrelation(correlation, title) };
  if (!isMap(document['logsource'])) throw new SigmaError(`${title}: no logsource`);
  if (!isMap(detection)) throw new SigmaError(`${title}: no detection`);
  return { ...named, kind: 'detection', test: detectionTest(detection, title) };
}

function detectionTest({ condition, ...selections }: Fields, title: string): Test {
  if (!isText(condition)) throw new SigmaError(`${title}: a condition is one text`);
  const tests = Object.entries(selections).map(([name, lines]) => [name, selectionTest(lines, title)] as const);
  return conditionTest(condition, new Map(tests));
}

/** A map: all of its lines. A list of maps: one of them. */
function selectionTest(selection: unknown, title: string): Test {
  if (Array.isArray(selection) && selection.length > 0) {
    const tests = selection.map((entry: unknown) => mapTest(entry, title));
    return (event) => tests.some((test) => test(event));
  }
  return mapTest(selection, title);
}

function mapTest(selection: unknown, title: string): Test {
  if (!isMap(selection) || Object.keys(selection).length === 0)
    throw new SigmaError(`${title}: keywords without a field are not known here`);
  const tests = Object.entries(selection).map(([line, value]) => fieldTest(line, value));
  return (event) => tests.every((test) => test(event));
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

function closed(document: Fields, members: ReadonlySet<string>, title: string): void {
  const unknown = Object.keys(document).filter((key) => !members.has(key));
  if (unknown.length > 0) throw new SigmaError(`${title}: ${unknown.join(', ')} is not known here`);
}
