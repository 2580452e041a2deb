import { randomBytes } from 'node:crypto';
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HoldshortError } from '@holdshort/errors';
import type { Request, Response } from 'express';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { readConsoleFiles, type ConsoleFiles } from './console-files.js';
import { consolePage, consolePolicy, PLAIN_PAGE } from './console-page.js';

/** The names carry a hash of what is in them. */
const FOREVER = 'public, max-age=31536000, immutable';
const noSuchThing = (): HoldshortError => new HoldshortError('not_found', 'There is no such resource.');

/** The web console. It holds no secret and no data: what it shows it asks of the API, as whoever is signed in. */
@ApiExcludeController()
@Controller()
export class ConsoleController {
  private readonly files: ConsoleFiles | undefined;

  constructor(@Inject(SETTINGS) settings: ControlPlaneSettings) {
    this.files = readConsoleFiles(settings.consoleDir);
  }

  @Get()
  root(@Res() response: Response): void {
    this.sendPage(response);
  }

  @Get('assets/:file')
  asset(@Param('file') name: string, @Req() request: Request, @Res() response: Response): void {
    const file = this.files?.assets.get(name);
    if (!file) throw noSuchThing();
    const compressed = request.acceptsEncodings('gzip') === 'gzip';
    if (compressed) response.setHeader('Content-Encoding', 'gzip');
    response.setHeader('Cache-Control', FOREVER);
    response.setHeader('Content-Type', file.type);
    response.vary('Accept-Encoding').send(compressed ? file.gzip : file.plain);
  }

  /** The console has addresses of its own, which it reads itself. */
  @Get('*path')
  view(@Req() { path }: Request, @Res() response: Response): void {
    if (/^\/(?:api|assets)(?:\/|$)/.test(path)) throw noSuchThing();
    this.sendPage(response);
  }

  private sendPage(response: Response): void {
    response.type('html');
    if (!this.files) return void response.send(PLAIN_PAGE);
    const nonce = randomBytes(16).toString('base64');
    response.setHeader('Content-Security-Policy', consolePolicy(nonce));
    response.send(consolePage(this.files.page, nonce));
  }
}
