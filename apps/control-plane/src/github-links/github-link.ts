import type { Plain } from '../database/plain.js';
import type { GithubLinkEntity } from './github-link.entity.js';

export type GithubLink = Plain<GithubLinkEntity>;

/** A link as events name it. */
export const linkFacts = ({ idp, sub, login, email, githubId, githubLogin, ...link }: GithubLink) => ({
  human: { idp, sub, login, email },
  github_actor: { login: githubLogin, id: githubId },
  detail: { link_id: link.id, github: link.site, app: link.appId },
});

/** A link as its person sees it: never a token. */
export const linkView = (link: GithubLink) => ({
  id: link.id,
  host: link.site,
  app: link.appId,
  github: { id: link.githubId, login: link.githubLogin },
  linked_at: link.linkedAt.toISOString(),
  refreshed_at: link.refreshedAt.toISOString(),
  /** Where it is used; without use it must be made anew by then. */
  good_until: link.refreshExpiresAt.toISOString(),
  broken: link.brokenAt === null ? null : { at: link.brokenAt.toISOString(), reason: link.brokenReason },
});
