import { attachCredential } from '../steps/attach-credential.js';
import { awaitApproval } from '../steps/await-approval.js';
import { checkRequest } from '../steps/check-request.js';
import {
  classifyApiCall,
  classifyFileCall,
  classifyGitCall,
  classifyGraphqlCall,
  classifyLfsCall,
} from '../steps/classify.js';
import { classifyCopilotCall, classifyMcpCall } from '../steps/classify-copilot.js';
import { classifyModelCall } from '../steps/classify-model.js';
import { passCredential } from '../steps/pass-credential.js';
import { classifyRegistryCall } from '../steps/classify-registry.js';
import { forwardRegistry } from '../steps/forward-registry.js';
import { readManifest } from '../steps/read-manifest.js';
import { forwardModel } from '../steps/forward-model.js';
import { attachCapability } from '../steps/attach-capability.js';
import { forwardCapability } from '../steps/forward-capability.js';
import { forwardMcp } from '../steps/forward-mcp.js';
import { forwardLfs } from '../steps/forward-lfs.js';
import { forwardUpload } from '../steps/forward-upload.js';
import { maskResponse } from '../steps/mask-response.js';
import { openCapability } from '../steps/open-capability.js';
import { receiveObject, receiveUpload } from '../steps/receive-upload.js';
import { forwardUpstream } from '../steps/forward-upstream.js';
import { forwardWithNoThin } from '../steps/forward-advertisement.js';
import { forwardPush } from '../steps/forward-push.js';
import { identifySession } from '../steps/identify-session.js';
import { inspectPack } from '../steps/inspect-pack.js';
import { inspectRefMove } from '../steps/inspect-ref-move.js';
import { readBody } from '../steps/read-body.js';
import { readPushCommands } from '../steps/read-push-commands.js';
import { recordAttempt } from '../steps/record-attempt.js';
import { refuseUnknown } from '../steps/refuse-unknown.js';
import { requestDecision } from '../steps/request-decision.js';
import { requireTrail } from '../steps/require-trail.js';
import { readResult } from '../steps/read-result.js';
import { scanCall, scanPack, scanUpload } from '../steps/scan-content.js';
import type { AgentContext } from './agent-context.js';
import type { Exchange } from './exchange.js';

/** One check or action. Throws HoldshortError to end the call; what follows then is the refusal. */
export type Step = (exchange: Exchange, agent: AgentContext) => Promise<void>;

/**
 * THE path of a call, per surface, in order. After the last step, and after any step that throws,
 * `run-pipeline` records the outcome and only then releases the end of the answer (or the refusal).
 */
export const PIPELINES = {
  /** git fetch: ref advertisement and packs, v0 and v2 */
  'git-read': [
    checkRequest,
    identifySession,
    classifyGitCall,
    requestDecision,
    awaitApproval,
    attachCredential,
    maskResponse,
    forwardUpstream,
  ],

  /** the ref advertisement that precedes a push */
  'git-push-advertisement': [
    checkRequest,
    identifySession,
    classifyGitCall,
    requestDecision,
    attachCredential,
    forwardWithNoThin,
  ],

  /** git push: nothing reaches GitHub before the whole push is read and decided */
  'git-push': [
    checkRequest,
    identifySession,
    classifyGitCall,
    readPushCommands,
    inspectPack,
    scanPack,
    recordAttempt,
    requestDecision,
    awaitApproval,
    attachCredential,
    forwardPush,
  ],

  /** REST: the body says which ref and which paths, so it is read before the call is classified */
  rest: [
    checkRequest,
    identifySession,
    readBody,
    classifyApiCall,
    inspectRefMove,
    scanCall,
    recordAttempt,
    requestDecision,
    awaitApproval,
    attachCredential,
    readResult,
    maskResponse,
    forwardUpstream,
  ],

  /** GraphQL: the document is the operation */
  graphql: [
    checkRequest,
    identifySession,
    readBody,
    classifyGraphqlCall,
    inspectRefMove,
    scanCall,
    recordAttempt,
    requestDecision,
    awaitApproval,
    attachCredential,
    readResult,
    maskResponse,
    forwardUpstream,
  ],

  /** GitHub's MCP server: the messages are the operation; answers may be streams of events */
  mcp: [
    checkRequest,
    identifySession,
    readBody,
    classifyMcpCall,
    inspectRefMove,
    scanCall,
    recordAttempt,
    requestDecision,
    awaitApproval,
    attachCredential,
    readResult,
    maskResponse,
    forwardMcp,
  ],

  /** Copilot's models, coding agent and telemetry: told by address; a copy of prompts and answers is read as they pass */
  copilot: [
    checkRequest,
    identifySession,
    classifyCopilotCall,
    requireTrail,
    requestDecision,
    awaitApproval,
    attachCredential,
    maskResponse,
    forwardModel,
  ],

  /** Hosts of other models, where the settings name them: the client's own key goes on, a session's credential never */
  model: [
    checkRequest,
    identifySession,
    classifyModelCall,
    requireTrail,
    requestDecision,
    awaitApproval,
    passCredential,
    maskResponse,
    forwardModel,
  ],

  /** LFS batches, locks and verification: addresses of objects come back as local capabilities */
  lfs: [
    checkRequest,
    identifySession,
    classifyGitCall,
    readBody,
    classifyLfsCall,
    recordAttempt,
    requestDecision,
    awaitApproval,
    attachCredential,
    maskResponse,
    forwardLfs,
  ],

  /** files, archives and release assets over plain HTTP */
  download: [
    checkRequest,
    identifySession,
    classifyFileCall,
    recordAttempt,
    requestDecision,
    awaitApproval,
    attachCredential,
    maskResponse,
    forwardUpstream,
  ],

  /** ghcr.io: manifests are read whole, blobs stream once the call is decided; tokens are answered here */
  registry: [
    checkRequest,
    identifySession,
    classifyRegistryCall,
    readManifest,
    recordAttempt,
    requestDecision,
    awaitApproval,
    attachCredential,
    maskResponse,
    forwardRegistry,
  ],

  /** release assets: the file waits on disk for its verdict */
  upload: [
    checkRequest,
    identifySession,
    classifyApiCall,
    receiveUpload,
    scanUpload,
    recordAttempt,
    requestDecision,
    awaitApproval,
    attachCredential,
    maskResponse,
    forwardUpload,
  ],

  /** an address that stands for a signed one on a storage host; GitHub's credential is never sent there */
  capability: [
    checkRequest,
    identifySession,
    openCapability,
    receiveObject,
    scanUpload,
    recordAttempt,
    requestDecision,
    awaitApproval,
    attachCapability,
    maskResponse,
    forwardCapability,
  ],

  /** anything else on a governed host: never forwarded, always recorded */
  unknown: [checkRequest, identifySession, refuseUnknown],
} as const satisfies Record<string, readonly Step[]>;

export type PipelineName = keyof typeof PIPELINES;

/** The steps in which a call is at GitHub. */
export const FORWARDING: ReadonlySet<Step> = new Set<Step>([
  forwardCapability,
  forwardLfs,
  forwardMcp,
  forwardPush,
  forwardRegistry,
  forwardModel,
  forwardUpload,
  forwardUpstream,
  forwardWithNoThin,
]);
