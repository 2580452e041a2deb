import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { HoldshortError, toHoldshortError } from '@holdshort/errors';
import type { Logger } from '@holdshort/telemetry';
import { DataSource } from 'typeorm';
import { ControlPlaneAudit } from '../audit/control-plane-audit.js';
import type { Identity } from '../auth/identity.js';
import type { GithubUser } from '../credentials/github-people.js';
import { OauthRefusal, type DeviceStart, type UserTokens } from '../credentials/user-tokens-answer.js';
import { LOGGER } from '../logger.js';
import { DeviceFlowError } from '../problem/problem.js';
import { PublicUrl } from '../server/public-url.js';
import { linkFacts, type GithubLink } from './github-link.js';
import { GithubLinks } from './github-links.service.js';
import { LinkAttempts } from './link-attempts.service.js';
import { LinkableApps, type LinkableApp } from './linkable-apps.js';

const CALLBACK_PATH = '/github/callback';

export interface Linking {
  person: Identity;
  by: 'browser' | 'device';
  correlationId: string;
}

/** A person links their GitHub account: in the browser where they are signed in, or by a code from a terminal. */
@Injectable()
export class LinkAccount {
  // eslint-disable-next-line max-params -- Nest injects what a class needs by its constructor
  constructor(
    private readonly database: DataSource,
    private readonly apps: LinkableApps,
    private readonly attempts: LinkAttempts,
    private readonly links: GithubLinks,
    private readonly audit: ControlPlaneAudit,
    private readonly url: PublicUrl,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @returns where the browser goes */
  async beginInBrowser(person: Identity, webSession: string, at: LinkableApp): Promise<string> {
    const { state, secret } = await this.attempts.beginInBrowser(person, webSession, placeOf(at));
    const challenge = createHash('sha256').update(secret).digest('base64url');
    return at.people.authorizeUrl({ state, challenge, redirectUri: this.redirectUri });
  }

  /** @throws HoldshortError where the answer is not for this sign-in or GitHub does not authorise; it is on record then */
  finishInBrowser(linking: Linking, webSession: string, answer: Record<string, unknown>): Promise<GithubLink> {
    return this.recordingRefusal(linking, async (found) => {
      const { state, code, error } = answer;
      const attempt =
        typeof state === 'string' ? await this.attempts.takeInBrowser(linking.person, webSession, state) : undefined;
      if (!attempt) throw unknownAttempt();
      if (typeof code !== 'string') throw noCode(error);
      const at = this.apps.at(attempt);
      return this.finish(linking, at, await at.people.exchange(code, attempt.secret, this.redirectUri), found);
    });
  }

  async beginByDevice(person: Identity, at: LinkableApp): Promise<{ handle: string; device: DeviceStart }> {
    const device = await at.people.startDevice();
    const { deviceCode: code, expiresIn: seconds } = device;
    return { handle: await this.attempts.beginByDevice(person, placeOf(at), { code, seconds }), device };
  }

  /** @throws DeviceFlowError while the person has not finished at GitHub, or will not */
  async finishByDevice(linking: Linking, handle: string): Promise<GithubLink> {
    const attempt = await this.attempts.findByDevice(linking.person, handle);
    if (!attempt) throw new DeviceFlowError('expired_token', 'The link is unknown or took too long; start again.');
    const at = this.apps.at(attempt);
    const tokens = await at.people.finishDevice(attempt.secret).catch((error: unknown) => error as Error);
    if (tokens instanceof OauthRefusal && isPending(tokens.error))
      throw new DeviceFlowError(tokens.error, 'The code is not confirmed at GitHub yet.');
    await this.attempts.end(handle);
    return this.recordingRefusal(linking, (found) => {
      if (tokens instanceof Error) throw deviceRefusal(tokens);
      return this.finish(linking, at, tokens, found);
    });
  }

  private get redirectUri(): string {
    return `${this.url.value}${CALLBACK_PATH}`;
  }

  private async finish(
    linking: Linking,
    at: LinkableApp,
    tokens: UserTokens,
    found: (user: GithubUser) => void,
  ): Promise<GithubLink> {
    const { link, before } = await this.replace(linking, at, tokens, found).catch(async (error: unknown) => {
      await this.giveBack(at, tokens);
      throw error;
    });
    if (before) await this.forget(linking, before, link);
    return link;
  }

  private async replace(
    linking: Linking,
    at: LinkableApp,
    tokens: UserTokens,
    found: (user: GithubUser) => void,
  ): Promise<{ link: GithubLink; before: GithubLink | undefined }> {
    this.audit.requireWritable();
    const user = await at.people.whoIs(tokens.access);
    found(user);
    return this.links.replace({ person: linking.person, at, user, tokens }, (link) => this.tellLinked(linking, link));
  }

  private async tellLinked({ by, correlationId }: Linking, link: GithubLink): Promise<void> {
    const { detail, ...facts } = linkFacts(link);
    await this.audit.record({
      type: 'github.linked',
      correlation_id: correlationId,
      ...facts,
      outcome: 'success',
      detail: { ...detail, by },
    });
  }

  /** Another account's grant ends; the same account's is the new link's too, so only its older token does. */
  private async forget({ correlationId }: Linking, before: GithubLink, link: GithubLink): Promise<void> {
    const isSame = before.githubId === link.githubId;
    const grant = await (isSame ? this.links.endToken(before) : this.links.endGrant(before)).catch((error: unknown) => {
      this.logger.error({ err: error, link_id: before.id }, 'cannot revoke what an older link had at GitHub');
      return 'not revoked';
    });
    await this.database.transaction((manager) =>
      this.links.recordEnd(manager, before, { grant, reason: 'linked again', correlationId }),
    );
  }

  /** Nobody will use these. */
  private async giveBack({ people }: LinkableApp, { access }: UserTokens): Promise<void> {
    await people.revoke(access).catch((error: unknown) => {
      this.logger.error({ err: error }, 'cannot revoke the token of a link that came to nothing');
    });
  }

  private async recordingRefusal(
    { person, by, correlationId }: Linking,
    link: (found: (user: GithubUser) => void) => Promise<GithubLink>,
  ): Promise<GithubLink> {
    let user: GithubUser | undefined;
    try {
      return await link((known) => {
        user = known;
      });
    } catch (thrown) {
      const { code, message } = toHoldshortError(thrown);
      await this.audit.record({
        type: 'github.link_refused',
        correlation_id: correlationId,
        human: person,
        ...(user ? { github_actor: user } : {}),
        outcome: 'refused',
        error: { code, message },
        detail: { by },
      });
      throw thrown;
    }
  }
}

const placeOf = ({ app }: LinkableApp) => ({ site: app.site, appId: app.id });

const isPending = (error: string): error is 'authorization_pending' | 'slow_down' =>
  error === 'authorization_pending' || error === 'slow_down';

function deviceRefusal(error: Error): Error {
  if (!(error instanceof OauthRefusal)) return error;
  if (error.error === 'access_denied') return new DeviceFlowError('access_denied', 'The link was refused at GitHub.');
  if (error.error === 'expired_token')
    return new DeviceFlowError('expired_token', 'Nobody confirmed the code in time.');
  return error;
}

const unknownAttempt = (): HoldshortError =>
  new HoldshortError('conflict', 'The link is unknown, was finished already or took too long.', {
    advice: 'Start it again at /github/link, in the browser where you are signed in.',
  });

const noCode = (error: unknown): HoldshortError =>
  error === 'access_denied'
    ? new HoldshortError('not_authorized', 'The link was refused at GitHub.')
    : new HoldshortError('upstream_refused', 'GitHub gave no code for the link.');
