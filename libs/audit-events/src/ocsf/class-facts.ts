import type { AuditEvent } from '../event.js';
import {
  ACTIVITY_OF_CLASS,
  API_ACTIVITIES,
  AUTHENTICATION_ACTIVITIES,
  ENTITY_ACTIVITIES,
  ENTITY_TYPES,
  LIFECYCLE_ACTIVITIES,
  type Activity,
  type OcsfKind,
} from './ocsf-kind.js';

export function activityOf(event: AuditEvent, kind: OcsfKind): Activity {
  switch (kind.class) {
    case 'authentication':
      return AUTHENTICATION_ACTIVITIES[kind.activity];
    case 'application_lifecycle':
      return LIFECYCLE_ACTIVITIES[kind.activity];
    case 'entity_management':
      return ENTITY_ACTIVITIES[kind.activity];
    case 'api_activity':
      return API_ACTIVITIES[kind.activity === 'by class' ? ofClass(event.request?.class) : kind.activity];
  }
}

const ofClass = (name = ''): keyof typeof API_ACTIVITIES =>
  (Object.hasOwn(ACTIVITY_OF_CLASS, name) ? ACTIVITY_OF_CLASS[name] : undefined) ?? 'unknown';

/** What only records of the class have. */
export function classFacts(event: AuditEvent, kind: OcsfKind): object {
  switch (kind.class) {
    case 'authentication':
      return {
        user: userOf(event) ?? { name: 'unknown', type_id: 0 },
        service: { name: 'Holdshort' },
        ...source(event),
      };
    case 'application_lifecycle':
      return { app: { name: event.agent.id, vendor_name: 'Holdshort', version: event.agent.version } };
    case 'entity_management':
      return { entity: entityOf(event, kind), actor: actorOf(event), ...source(event) };
    case 'api_activity':
      return apiFacts(event);
  }
}

const apiFacts = (event: AuditEvent): object => ({
  actor: actorOf(event),
  api: apiOf(event),
  ...source(event),
  ...httpOf(event),
  ...controlOf(event),
  ...resourcesOf(event),
});

function apiOf({ request, response, target, detail, correlation_id, type }: AuditEvent): object {
  const route = typeof detail?.['route'] === 'string' ? detail['route'] : type;
  return {
    operation: request?.operation ?? route,
    request: { uid: correlation_id },
    service: { name: target?.host ?? 'Holdshort', ...(request ? { labels: [request.surface] } : {}) },
    ...(response ? { response: { code: response.status } } : {}),
  };
}

/** OCSF's closed list. */
const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);

function httpOf({ request, response, target }: AuditEvent): object {
  if (!request) return {};
  const { method, path, user_agent: agent, bytes } = request;
  return {
    http_request: {
      url: { path, ...(target ? { hostname: target.host } : {}) },
      ...(METHODS.has(method) ? { http_method: method } : {}),
      ...(agent === undefined ? {} : { user_agent: agent }),
      ...(bytes === undefined ? {} : { body_length: bytes }),
    },
    ...(response ? { http_response: { code: response.status }, duration: response.duration_ms } : {}),
  };
}

const DISPOSITIONS = { allow: [1, 'Allowed'], deny: [2, 'Blocked'], hold: [14, 'Delayed'] } as const;

/** The profile `security_control`: what policy, or a refusal before it, made of the call. */
function controlOf({ decision, outcome }: AuditEvent): object {
  if (!decision) return outcome === 'refused' ? { action_id: 2, action: 'Denied', disposition_id: 2 } : {};
  const [id, name] = DISPOSITIONS[decision.effect];
  const [rule] = decision.rules;
  return {
    action_id: decision.effect === 'allow' ? 1 : 2,
    action: decision.effect === 'allow' ? 'Allowed' : 'Denied',
    disposition_id: id,
    disposition: name,
    ...(rule === undefined ? {} : { policy: { uid: rule, version: decision.policy_version } }),
  };
}

/** A push of thousands of refs has them in `raw_data`. */
const MAX_RESOURCES = 100;

function resourcesOf({ target, push = [] }: AuditEvent): object {
  const repository = target?.repo;
  const named = push.length > 0 ? push.map(({ ref }) => ref) : target?.ref === undefined ? [] : [target.ref];
  const resources = [
    ...(repository === undefined
      ? []
      : [{ name: repository, type: 'repository', ...(target?.repo_id === undefined ? {} : { uid: target.repo_id }) }]),
    ...named.map((ref) => ({ name: ref, type: 'ref', ...(repository === undefined ? {} : { namespace: repository }) })),
  ];
  return resources.length === 0 ? {} : { resources: resources.slice(0, MAX_RESOURCES) };
}

const source = ({ agent }: AuditEvent): object => ({ src_endpoint: { uid: agent.id, hostname: agent.host } });

/** Whoever acted: the person, else the program itself. */
function actorOf(event: AuditEvent): object {
  const { ai, session_id: session, human, agent } = event;
  const user = userOf(event);
  return {
    app_name: ai?.tool ?? agent.id,
    ...(user && human ? { user, idp: { name: human.idp } } : {}),
    ...(session === undefined ? {} : { session: { uid: session } }),
  };
}

/** OCSF's own pattern (`email_t`); another address stands in `raw_data` only. */
const EMAIL = /^[a-zA-Z0-9!#$%&'*+-/=?^_`{|}~.]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+$/;

function userOf({ human }: AuditEvent): object | undefined {
  if (!human) return undefined;
  const { sub, login, email } = human;
  return {
    uid: sub,
    name: login,
    type_id: 1,
    ...(email !== undefined && EMAIL.test(email) ? { email_addr: email } : {}),
  };
}

function entityOf(event: AuditEvent, { entity, named }: Extract<OcsfKind, { class: 'entity_management' }>): object {
  const name = textAt(event, named);
  return {
    type: entity,
    type_id: ENTITY_TYPES[entity] ?? 99,
    ...(name === undefined ? { name: entity } : { uid: name }),
  };
}

function textAt(event: AuditEvent, path: string): string | undefined {
  const value = path
    .split('.')
    .reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
      event,
    );
  return typeof value === 'string' ? value : undefined;
}
