export { attribute } from './attribute.js';
export { callFact } from './call-facts.js';
export * from './facts.js';
export * from './graph.js';
export { pathsTo, type CausePath } from './paths-to-commit.js';
export { resultFacts } from './result-facts.js';
export { factsOfEvents } from './facts-of-events.js';
export { timelineOf, type TimelineEntry, type TimelineKind } from './timeline.js';
