import { Module } from '@nestjs/common';
import { AccessTokensService } from './access-tokens.service.js';
import { AuthController } from './auth.controller.js';
import { LoginService } from './login.service.js';
import { OidcClient } from './oidc-client.js';

@Module({
  controllers: [AuthController],
  providers: [AccessTokensService, LoginService, OidcClient],
  exports: [AccessTokensService],
})
export class AuthModule {}
