import type { IncomingMessage, ServerResponse } from 'node:http';

export interface DevUser {
  login: string;
  password: string;
  groups: string[];
}

/** What happens to people at a provider: they change groups, or leave. */
export interface PersonChange {
  groups?: string[];
  /** Neither sign-ins nor refreshes work any more; `false` takes it back. */
  disabled?: boolean;
}

/** Not the login itself, so that code which mixes the two up is found here and not at a customer's provider. */
export const subjectOf = ({ login }: DevUser): string => `dev-${login}`;

/** A change is a hundred bytes. */
const BODY_LIMIT = 4096;

/** The provider's people, who can change while it runs. */
export class IdentityPeople {
  private readonly people = new Map<string, DevUser & { disabled: boolean }>();

  constructor(users: readonly DevUser[]) {
    for (const user of users) this.people.set(user.login, { ...user, groups: [...user.groups], disabled: false });
  }

  byPassword(login: string | null, password: string | null): DevUser | undefined {
    const user = this.active().find((candidate) => candidate.login === login);
    return user?.password === password ? user : undefined;
  }

  bySubject(sub: string): DevUser | undefined {
    return this.active().find((candidate) => subjectOf(candidate) === sub);
  }

  /** @returns false for a login that is not there */
  change(login: string, { groups, disabled }: PersonChange): boolean {
    const user = this.people.get(login);
    if (!user) return false;
    user.groups = groups ?? user.groups;
    user.disabled = disabled ?? user.disabled;
    return true;
  }

  /** `POST /people/LOGIN` with a change as JSON. No page of another site can send it: it cannot set that content type. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const login = decodeURIComponent((request.url ?? '').slice('/people/'.length));
    const isJson = request.headers['content-type']?.startsWith('application/json') === true;
    const change = request.method === 'POST' && isJson ? readChange(await readBody(request)) : undefined;
    response.writeHead(change === undefined ? 400 : this.change(login, change) ? 204 : 404).end();
  }

  private active(): DevUser[] {
    return [...this.people.values()].filter(({ disabled }) => !disabled);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > BODY_LIMIT) return '';
  }
  return text;
}

/** @returns undefined for what is no change */
function readChange(text: string): PersonChange | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof body !== 'object' || body === null) return undefined;
  const { groups, disabled } = body as Record<string, unknown>;
  const areGroups = Array.isArray(groups) && groups.every((group) => typeof group === 'string');
  if (!(groups === undefined || areGroups) || !(disabled === undefined || typeof disabled === 'boolean'))
    return undefined;
  return { ...(areGroups ? { groups } : {}), ...(disabled === undefined ? {} : { disabled }) };
}
