import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { urlencoded } from 'express';
import { GrpcAddress } from '../agents/grpc-address.js';
import { AppModule } from '../app.module.js';
import type { Parts } from '../core.module.js';
import { countRequests } from '../health/count-requests.js';
import { METRICS, type ControlPlaneMetrics } from '../health/metrics.js';
import { OpenapiDocument } from '../openapi/openapi-document.js';
import { BodyValidation } from './body-validation.js';
import { createGrpcServer, type GrpcServer } from './grpc-server.js';
import { NestLogger } from './nest-logger.js';
import { PublicUrl } from './public-url.js';
import { responseHeaders } from './response-headers.js';

/** A control plane that listens. */
export interface RunningServer {
  httpUrl: string;
  /** host:port */
  grpc: string;
  app: NestExpressApplication;
  close(): Promise<void>;
}

/** The largest body is a few hundred bytes; see the DTOs. */
const BODY_LIMIT = '64kb';
/** Except for a set of policies with its cases; see policies.dto.ts. */
const POLICY_LIMIT = '10mb';

/** Large bodies are read from those only who at least claim to be somebody. */
const isPolicyUpload = ({ method, url, headers }: IncomingMessage): boolean =>
  method === 'POST' &&
  (url === '/api/v1/policies' || url === '/api/v1/policies/check') &&
  (headers.authorization ?? headers.cookie) !== undefined &&
  (headers['content-type'] ?? '').startsWith('application/json');

/** The signature of Slack is over the bytes, so they are kept. */
const isFromSlack = ({ method, url }: IncomingMessage): boolean =>
  method === 'POST' && url === '/api/v1/slack/interactions';
/** Calls that come as a form: from our own page, and from identity providers (Back-Channel Logout 1.0, 2.5). */
const FORM_PATHS = ['/api/v1/auth/browser-logout', '/api/v1/auth/backchannel-logout'];

async function createApp(parts: Parts, grpcServer: GrpcServer): Promise<NestExpressApplication> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's options are a class by name only
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(parts), {
    logger: new NestLogger(parts.logger),
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: true,
  });
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(countRequests(app.get<ControlPlaneMetrics>(METRICS)));
  app.use(responseHeaders);
  app.useBodyParser('text', { limit: BODY_LIMIT, type: isFromSlack });
  if (parts.settings.trustedProxies.length > 0) app.set('trust proxy', parts.settings.trustedProxies);
  app.useBodyParser('json', { limit: POLICY_LIMIT, type: isPolicyUpload });
  app.useBodyParser('json', { limit: BODY_LIMIT });
  for (const path of FORM_PATHS) app.use(path, urlencoded({ extended: false, limit: BODY_LIMIT }));
  app.useGlobalPipes(new BodyValidation());
  app.connectMicroservice({ strategy: grpcServer }, { inheritAppConfig: true });
  return app;
}

const hostForUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Starts HTTP and gRPC. The parts stay the caller's to close, after the server. */
export async function startServer(parts: Parts): Promise<RunningServer> {
  const { settings } = parts;
  const grpcServer = await createGrpcServer(settings);
  const app = await createApp(parts, grpcServer);
  try {
    app.get(OpenapiDocument).describe(app);
    await app.startAllMicroservices();
    app.get(GrpcAddress).set(settings.grpcNames[0] ?? settings.grpcHost, grpcServer.boundPort);
    await app.listen(settings.httpPort, settings.httpHost);
  } catch (error) {
    await app.close();
    throw error;
  }
  const { port } = app.getHttpServer().address() as AddressInfo;
  const httpUrl = `http://${hostForUrl(settings.httpHost)}:${String(port)}`;
  app.get(PublicUrl).value = (settings.publicUrl === '' ? httpUrl : settings.publicUrl).replace(/\/+$/, '');
  return { httpUrl, grpc: app.get(GrpcAddress).public, app, close: () => app.close() };
}
