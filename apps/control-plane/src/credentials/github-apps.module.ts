import { Module } from '@nestjs/common';
import { GithubApps } from './github-apps.js';

/** By itself, since Nest stops a module after those that import it: tokens are revoked before the ways to GitHub close. */
@Module({ providers: [GithubApps], exports: [GithubApps] })
export class GithubAppsModule {}
