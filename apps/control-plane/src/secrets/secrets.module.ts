import { Global, Module } from '@nestjs/common';
import { SETTINGS, type ControlPlaneSettings } from '../settings.js';
import { DataKeysService } from './data-keys.service.js';
import { EnvelopeSealedText } from './envelope-sealed-text.js';
import { keyRingOf } from './key-ring.js';
import { KEY_RING } from './key-wrapper.js';
import { KeysController } from './keys.controller.js';
import { LocalSealedText, SEALED_TEXT } from './sealed-text.js';

/** Secrets that must be read again, for every feature that has some. */
@Global()
@Module({
  controllers: [KeysController],
  providers: [
    DataKeysService,
    { provide: KEY_RING, useFactory: (settings: ControlPlaneSettings) => keyRingOf(settings), inject: [SETTINGS] },
    {
      provide: SEALED_TEXT,
      useFactory: (keys: DataKeysService, settings: ControlPlaneSettings) =>
        new EnvelopeSealedText(keys, new LocalSealedText(settings.agentCaKey)),
      inject: [DataKeysService, SETTINGS],
    },
  ],
  exports: [SEALED_TEXT],
})
export class SecretsModule {}
