export * from './operation.js';
export { pathClassesOf } from './path-classes.js';
export { isGithubHost, surfaceOfHost, type HostKind } from './hosts.js';
export { branchRef, isOwnerName, isRefName, isRepoName, qualifiedRef, tagRef } from './names.js';
export { parseStrictJson } from './strict-json.js';
export { classifyGit, intentsOfLfsBatch, type GitCall } from './git/classify-git.js';
export { intentsOfPush, type PushedRef } from './git/intents-of-push.js';
export { classifyRest, type RestCall } from './rest/classify-rest.js';
