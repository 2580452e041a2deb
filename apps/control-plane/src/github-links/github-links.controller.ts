import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Caller } from '../access/http-caller.js';
import type { Identity } from '../auth/identity.js';
import { correlationOf } from '../problem/correlation.js';
import { linkView } from './github-link.js';
import { FinishLinkBody, LinkPlace } from './github-links.dto.js';
import { GithubLinks } from './github-links.service.js';
import { LinkAccount } from './link-account.service.js';
import { LinkableApps } from './linkable-apps.js';

@ApiTags('github')
@Controller('api/v1/github/links')
export class GithubLinksController {
  constructor(
    private readonly apps: LinkableApps,
    private readonly accounts: LinkAccount,
    private readonly links: GithubLinks,
  ) {}

  @Post('device')
  @HttpCode(200)
  async start(@Caller() caller: Identity, @Body() { host, app }: LinkPlace) {
    const { handle, device } = await this.accounts.beginByDevice(caller, this.apps.choose(host, app));
    return {
      handle,
      user_code: device.userCode,
      verification_uri: device.verificationUri,
      interval: device.interval,
      expires_in: device.expiresIn,
    };
  }

  @Post('device/token')
  @HttpCode(200)
  async finish(@Caller() caller: Identity, @Body() { handle }: FinishLinkBody, @Req() request: Request) {
    const linking = { person: caller, by: 'device', correlationId: correlationOf(request) } as const;
    return linkView(await this.accounts.finishByDevice(linking, handle));
  }

  @Get()
  async list(@Caller() caller: Identity) {
    return { items: (await this.links.listOf(caller)).map(linkView) };
  }

  @Delete(':id')
  @HttpCode(204)
  async unlink(@Caller() caller: Identity, @Param('id') id: string, @Req() request: Request): Promise<void> {
    await this.links.unlink(caller, id, { correlationId: correlationOf(request) });
  }
}
