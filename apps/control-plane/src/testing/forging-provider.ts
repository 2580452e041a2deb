import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';

export const CLIENT_ID = 'holdshort';
export const CLIENT_SECRET = 'forging-secret-of-at-least-32-bytes-length';

export type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

const seconds = (): number => Math.floor(Date.now() / 1000);

/** An identity provider that says what a test wants it to say, right or wrong. Loopback only. */
export class ForgingProvider {
  /** What its token endpoint gives next; the nonce of the sign-in is passed in. */
  idToken: (nonce: string | undefined) => Promise<string> = (nonce) => this.sign(this.claims({ nonce }));
  private nonce: string | undefined;

  private constructor(
    readonly issuer: string,
    private readonly stopServer: () => Promise<void>,
    private readonly keys: { privateKey: Key; publicKey: Key; jwk: object },
  ) {}

  static async start(): Promise<ForgingProvider> {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const stop = (): Promise<void> =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
    const provider = new ForgingProvider(issuer, stop, { privateKey, publicKey, jwk });
    server.on('request', (request, response) => {
      void provider.answer(request, response);
    });
    return provider;
  }

  stop(): Promise<void> {
    return this.stopServer();
  }

  /** Claims that are right, but for what is given. A claim of `undefined` is left out. */
  claims(changed: Record<string, unknown> = {}): JWTPayload {
    const now = seconds();
    const right = { iss: this.issuer, aud: CLIENT_ID, sub: 'ext-erin', iat: now, exp: now + 300 };
    return JSON.parse(
      JSON.stringify({ ...right, preferred_username: 'erin', email: 'erin@example.test', groups: ['eng'], ...changed }),
    ) as JWTPayload;
  }

  sign(claims: JWTPayload, header: { kid?: string } = {}, key: Key = this.keys.privateKey): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one', ...header }).sign(key);
  }

  /** By an algorithm that shares its key with whoever checks. */
  signShared(claims: JWTPayload, secret: string): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(new TextEncoder().encode(secret));
  }

  unsigned = (claims: JWTPayload): string => new UnsecuredJWT(claims).encode();

  publicKeyText(): Promise<string> {
    return exportSPKI(this.keys.publicKey);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.issuer);
    if (url.pathname === '/authorize') {
      this.nonce = url.searchParams.get('nonce') ?? undefined;
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', 'code');
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      response.writeHead(303, { location: back.href }).end();
      return;
    }
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(await this.document(url.pathname)));
  }

  private async document(path: string): Promise<object> {
    if (path === '/jwks') return { keys: [this.keys.jwk] };
    if (path === '/device')
      return {
        device_code: 'device',
        user_code: 'ABCD',
        verification_uri: `${this.issuer}/activate`,
        expires_in: 600,
        interval: 1,
      };
    if (path === '/token')
      return {
        access_token: 'opaque',
        token_type: 'Bearer',
        expires_in: 300,
        id_token: await this.idToken(this.nonce),
      };
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      device_authorization_endpoint: `${this.issuer}/device`,
      jwks_uri: `${this.issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }
}
